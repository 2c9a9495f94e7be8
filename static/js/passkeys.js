// Says in words when a passkey or security key was not used; allauth's own scripts do the rest.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const status = document.getElementById("status");
  status.textContent = "The key was not used: the request was cancelled or timed out. Try again, or sign in another way.";
  status.setAttribute("data-show", "");
});
