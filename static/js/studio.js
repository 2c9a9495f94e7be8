// The upload form: says before sending what the server would say after it. Nothing depends on it.
for (const input of document.querySelectorAll("input[type=file][data-most-bytes]")) {
  const most = Number(input.dataset.mostBytes);
  input.addEventListener("change", () => {
    const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0);
    const empty = [...input.files].find((file) => file.size === 0);
    const megabytes = Math.ceil(bytes / 1048576);
    let problem = "";
    if (bytes > most) problem = `Together these are ${megabytes} MB; up to ${most / 1048576} MB can be sent at once.`;
    else if (empty) problem = `${empty.name} is empty.`;
    input.setCustomValidity(problem);
    if (problem) input.reportValidity();
  });
}
