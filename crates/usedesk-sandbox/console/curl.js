// A request as a curl line.

/// Flattens nested parameters to the names of a form: `lists[0][id]`.
export function flatten(value, name = "") {
  if (value === null || typeof value !== "object") return [[name, value ?? ""]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, name === "" ? key : `${name}[${key}]`));
}

/// Quotes a word for a POSIX shell.
export function quote(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${String(text).replaceAll("'", `'\\''`)}'`;
}

/// A name in a form. Brackets need no encoding, and curl encodes the value only.
function encodedName(name) {
  return encodeURIComponent(name).replaceAll("%5B", "[").replaceAll("%5D", "]");
}

export function toCurl(request, token) {
  const parameters = { ...request.parameters };
  if ("api_token" in parameters) parameters.api_token = token;
  const url = location.origin + request.path;
  const type = Object.fromEntries(request.headers)["content-type"] ?? "";
  const words = ["curl"];
  if (/^application\/([\w.-]+\+)?json/i.test(type)) {
    if (request.method !== "POST") words.push("-X", request.method);
    words.push("-H", quote(`Content-Type: ${type}`), "-d", quote(JSON.stringify(parameters)), quote(url));
    return words.join(" ");
  }
  const pairs = flatten(parameters);
  // With data, or files, curl posts.
  const posts = request.method === "POST" && pairs.length + request.files.length > 0;
  if (request.method === "GET") words.push("-G");
  else if (!posts) words.push("-X", request.method);
  words.push(quote(url));
  if (/^multipart\//i.test(type)) {
    for (const [name, value] of pairs) words.push("--form-string", quote(`${name}=${value}`));
    for (const { name, file_name } of request.files) words.push("-F", quote(`${name}=@${file_name}`));
  } else {
    for (const [name, value] of pairs) words.push("--data-urlencode", quote(`${encodedName(name)}=${value}`));
  }
  return words.join(" ");
}
