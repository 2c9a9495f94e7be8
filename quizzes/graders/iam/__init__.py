"""Policies by evaluating requests: identity, resource, SCP, boundary, session, key, trust and stack policies."""
