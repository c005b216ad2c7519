"""asn1crypto, put right before its first use: whoever reads or writes CMS, stamps or PKCS#12 imports it from here.

Two things of it (1.5.1) show rarely, and badly:

- Importing `tsp` adds the kinds of content and attributes that belong to time stamps. After a class's first use nothing
  can be added any more: a process that had made a PKCS#12 before could stamp nothing.
- A header whose last byte is 0x80 is taken for one of an indefinite length, though it may be the end of a given one
  (2,944 bytes: 82 0B 80; its issue 249). What was read is then encoded anew, each part several times for each part
  around it: a signature with one stamp takes many seconds, one with several never comes to an end.
"""

from typing import Any

from asn1crypto import cms, core, pkcs12, tsp, x509

__all__ = ["cms", "core", "pkcs12", "tsp", "x509"]

INDEFINITE = 0x80


def has_given_length(header: bytes) -> bool:
    """Whether the last of these headers, each of which holds the next (explicit tags), says how long it is.

    X.690, 8.1.2 and 8.1.3: a tag of one byte or, after five set bits, of several; then one byte with the length, or
    with how many bytes of length follow, or 0x80 alone.
    """
    place, length = 0, INDEFINITE
    while place < len(header):
        place += 1
        if header[place - 1] & 0x1F == 0x1F:
            while header[place] & 0x80:
                place += 1
            place += 1
        length = header[place]
        place += 1 + (length & 0x7F if length > INDEFINITE else 0)
    return length != INDEFINITE


def _mend(kind: Any) -> None:
    encode = kind.dump

    def dump(self: Any, force: bool = False) -> bytes:
        header = self._header
        if force or not header or header[-1] != INDEFINITE or not has_given_length(header):
            return bytes(encode(self, force))
        contents = self.contents
        if self._header is None:
            # It was changed since it was read, and has just been encoded anew.
            return bytes(encode(self))
        return bytes(header + contents + self._trailer)

    kind.dump = dump


for each in (core.Asn1Value, core.Primitive, core.Sequence, core.SequenceOf):
    _mend(each)
