# Prints each argument as Python's own encoders write it: a JSON list of lists [encoder, text before the secret, argument].
import base64, binascii, codecs, configparser, csv, html, io, json, pprint, shlex, sys, textwrap, urllib.parse, xml.sax.saxutils
import yaml

def written(write):
    out = io.StringIO()
    write(out)
    return out.getvalue()

encoders = {
    "json": json.dumps, "json utf-8": lambda s: json.dumps(s, ensure_ascii=False), "json twice": lambda s: json.dumps(json.dumps({"a": s})),
    "json indented": lambda s: json.dumps({"a": [s]}, indent=4),
    "repr": repr, "ascii": ascii, "repr of bytes": lambda s: repr(s.encode()), "pprint": lambda s: pprint.pformat({"a": s}, width=30),
    "f-string": lambda s: f"{s!r}", "unicode_escape": lambda s: s.encode("unicode_escape").decode(), "raw_unicode_escape": lambda s: s.encode("raw_unicode_escape").decode("latin1") if s.isascii() else "",
    "backslashreplace": lambda s: s.encode("ascii", "backslashreplace").decode(), "xmlcharrefreplace": lambda s: s.encode("ascii", "xmlcharrefreplace").decode(),
    "namereplace": lambda s: s.encode("ascii", "namereplace").decode() if s.isascii() else "",
    "quote": urllib.parse.quote, "quote, nothing safe": lambda s: urllib.parse.quote(s, safe=""), "quote_plus": urllib.parse.quote_plus,
    "urlencode": lambda s: urllib.parse.urlencode({"a": s}), "urlunsplit": lambda s: urllib.parse.urlunsplit(("https", "u:" + urllib.parse.quote(s, safe="") + "@h", "/p", "", "")),
    "html": html.escape, "sax": xml.sax.saxutils.escape, "sax attribute": xml.sax.saxutils.quoteattr,
    "shlex": shlex.quote, "csv": lambda s: written(lambda out: csv.writer(out).writerow(["a", s])),
    "base64": lambda s: base64.b64encode(s.encode()).decode(), "base64 url": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "base64 mime": lambda s: base64.encodebytes(s.encode()).decode(), "base64 of a login": lambda s: base64.b64encode(b"user:" + s.encode()).decode(),
    "hex": lambda s: binascii.hexlify(s.encode()).decode(),
    "yaml": lambda s: yaml.safe_dump({"a": s}), "yaml utf-8": lambda s: yaml.safe_dump({"a": s}, allow_unicode=True),
    "yaml single": lambda s: yaml.safe_dump({"a": s}, default_style="'"), "yaml double": lambda s: yaml.safe_dump({"a": s}, default_style='"'),
    "yaml literal": lambda s: yaml.safe_dump({"a": s}, default_style="|"), "yaml folded": lambda s: yaml.safe_dump({"a": s}, default_style=">"),
    "yaml narrow": lambda s: yaml.safe_dump({"a": {"b": [s]}}, width=20), "yaml narrow double": lambda s: yaml.safe_dump({"a": {"b": [s]}}, width=20, default_style='"'),
    "json in yaml": lambda s: yaml.safe_dump({"a": json.dumps(s)}),
    "indented": lambda s: textwrap.indent(s, "    "), "wrapped": lambda s: "\n".join(textwrap.wrap(s, 24)),
}
json.dump([[name, encode("0"), encode(s)] for name, encode in encoders.items() for s in sys.argv[1:]], sys.stdout)
