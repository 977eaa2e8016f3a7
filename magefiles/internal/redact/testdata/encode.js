// Prints each argument as Node's own encoders write it: a JSON list of lists [encoder, what "0" becomes, what the secret becomes].
const util = require("util"), querystring = require("querystring");
const login = s => { const url = new URL("https://u@h/p"); url.password = s; return url.href; };
const part = name => s => { const url = new URL("https://h/p"); url[name] = s; return url.href; };
const encoders = {
  "JSON": JSON.stringify, "JSON twice": s => JSON.stringify(JSON.stringify({ a: s })), "JSON indented": s => JSON.stringify({ a: [s] }, null, 2),
  "inspect": s => util.inspect(s), "inspect in an object": s => util.inspect({ a: { b: s } }), "inspect narrow": s => util.inspect({ a: s }, { breakLength: 20 }),
  "format": s => util.format("%j", s), "encodeURI": encodeURI, "encodeURIComponent": encodeURIComponent, "escape": escape,
  "querystring": s => querystring.stringify({ a: s }), "URLSearchParams": s => String(new URLSearchParams({ a: s })),
  "URL password": login, "URL hash": part("hash"), "URL search": part("search"), "URL path": s => s.includes("\\") ? "" : part("pathname")(s), // which makes a slash of a backslash
 
  "base64": s => Buffer.from(s).toString("base64"), "base64url": s => Buffer.from(s).toString("base64url"), "hex": s => Buffer.from(s).toString("hex"),
  "String.raw": s => String.raw`${s}`, "regular expression": s => String(new RegExp(s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))),
  "error": s => String(new Error(s)),
};
const all = [];
for (const [name, encode] of Object.entries(encoders)) for (const s of process.argv.slice(2)) all.push([name, encode("0"), encode(s)]);
console.log(JSON.stringify(all));
