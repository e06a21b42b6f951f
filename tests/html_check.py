"""Checks a page as a browser would take it: elements closed, ids unique, nothing from elsewhere."""

import base64
import hashlib
import html.parser
import re

VOID = {"meta", "br", "input", "rect", "path", "circle", "polyline"}
CELLS = {"td", "th"}


class Page(html.parser.HTMLParser):
    """`faults`: what is wrong. Cells and rows may go without their end tags, as HTML allows."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.faults, self.words = [], set(), set(), [], []
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append(f"never closed: {self.open}")
        self.faults += [f"no place {link}" for link in self.links - self.ids]
        self.check_policy(text)

    def check_policy(self, text):
        scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
        allowed = re.findall(r"script-src 'sha256-([^']+)'", text)
        hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts]
        if hashes != allowed:
            self.faults.append("the policy allows other scripts than those on the page")
        if "default-src 'none'" not in text:
            self.faults.append("the page may load things")

    def close_cells(self, names):
        while self.open and self.open[-1] in names:
            self.open.pop()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id":
                if value in self.ids:
                    self.faults.append(f"id {value} comes again")
                self.ids.add(value)
            elif name in ("src", "href") and value.startswith("#"):
                self.links.add(value[1:])
            elif name in ("src", "href", "srcset", "action") or name.startswith("on"):
                self.faults.append(f"{name}={value}")
        if tag in VOID:
            return
        if tag in CELLS:
            self.close_cells(CELLS)
        if tag == "tr":
            self.close_cells(CELLS | {"tr"})
        self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in ("thead", "tbody", "table"):
            self.close_cells(CELLS | {"tr"})
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> at {self.getpos()} closes {self.open[-3:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())
