// Calls to the sandbox. The page only uses its control interface.

/// An error that the sandbox responded with, as text for people.
export class CallError extends Error {}

async function request(method, path, body) {
  const init = { method, cache: "no-store" };
  if (body instanceof FormData) {
    init.body = body;
  } else if (body !== undefined) {
    init.body = typeof body === "string" ? body : JSON.stringify(body);
    init.headers = { "Content-Type": "application/json" };
  }
  const response = await fetch(path, init);
  const text = await response.text();
  let value = null;
  try {
    value = text === "" ? null : JSON.parse(text);
  } catch {
    throw new CallError(`${method} ${path}: HTTP ${response.status}`);
  }
  if (!response.ok) throw new CallError(explain(value) ?? `${method} ${path}: HTTP ${response.status}`);
  return value;
}

function explain(value) {
  const error = value?.error;
  if (error?.member) return `${error.member} ${error.rule}`;
  return value?.message;
}

export const control = {
  get: (path) => request("GET", `/sandbox/${path}`),
  post: (path, body) => request("POST", `/sandbox/${path}`, body),
  put: (path, body) => request("PUT", `/sandbox/${path}`, body),
  patch: (path, body) => request("PATCH", `/sandbox/${path}`, body),
  delete: (path) => request("DELETE", `/sandbox/${path}`),
  text: async (path) => (await fetch(`/sandbox/${path}`, { cache: "no-store" })).text(),
};

/// Runs a method of the API. It takes no scripted response and is not in the list of requests.
export async function api(path, parameters) {
  const value = await request("POST", `/sandbox/api${path}`, parameters);
  if (value?.error !== undefined) throw new CallError(`${value.code}: ${value.error}`);
  if (value?.status === false) throw new CallError(JSON.stringify(value));
  return value;
}

/// Returns the path of an uploaded file for this page, whose requests are not in the list.
export function filePath(url) {
  return `/sandbox/api${URL.canParse(url) ? new URL(url).pathname : url}`;
}
