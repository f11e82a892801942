"""Which encoding a text file is in, told by its bytes alone."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO

CHUNK = 1 << 16
HEAD = 4096

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a person may well try, by the first bytes, and what to do instead.
OTHER_KINDS = (
    (b"PK\x03\x04", "it is a zip archive or a workbook (.xlsx): unpack it, or save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "it is an Excel workbook (.xls): save it as CSV"),
    (b"%PDF", "it is a PDF: export it as CSV"),
    (b"\x1f\x8b", "it is compressed with gzip: unpack it"),
)
# Control characters that no text holds: all but tab, line ends, form feed and Ctrl-Z.
NO_TEXT = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1A})
NOT_A_TEXT = "it is not a text file: export it as CSV"


class CannotImportError(Exception):
    """The file, or what was said about it, can't be used; its one line says why and what to do."""


def find_encoding(file: IO[bytes]) -> tuple[str, list[str]]:
    """
    The encoding of `file`, and what was assumed to find it, to be said aloud.

    A byte order mark counts most; then UTF-16 shows in its zero bytes; then UTF-8 is whatever is
    valid as such; the rest is taken for Windows-1252. The whole file is decoded once, so that
    nothing breaks half way. Raises CannotImportError where it is empty or no text.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise CannotImportError("it is empty")
    for magic, advice in OTHER_KINDS:
        if head.startswith(magic):
            raise CannotImportError(advice)
    encoding = by_mark(head) or by_zero_bytes(head) or "utf-8"
    try:
        is_blank = decode_all(file, encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise CannotImportError(
                f"it begins as {encoding.removesuffix('-sig').upper()} but breaks off in the "
                "middle of a character: it was cut or damaged, export it again"
            ) from error
        encoding, is_blank = "cp1252", decode_all_as_windows(file)
    if is_blank:
        raise CannotImportError("it is empty")
    if encoding == "cp1252":
        return encoding, ["It is not UTF-8; it was read as Windows-1252: check letters such as é."]
    return encoding, []


def by_mark(head: bytes) -> str | None:
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if head.startswith(mark)), None)


def by_zero_bytes(head: bytes) -> str | None:
    """UTF-16 without a mark: mostly Latin text has a zero in every second byte."""
    zeros = [head[start::2].count(0) for start in (0, 1)]
    half = len(head) // 2
    if zeros[1] > half // 2 and zeros[0] < half // 8:
        return "utf-16-le"
    if zeros[0] > half // 2 and zeros[1] < half // 8:
        return "utf-16-be"
    return None


def decode_all(file: IO[bytes], encoding: str) -> bool:
    """Decode the whole file; whether it holds nothing but blanks. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(encoding)()
    is_blank = True
    for chunk in chunks(file):
        text = decoder.decode(chunk)
        if "\0" in text:
            raise CannotImportError(NOT_A_TEXT)
        is_blank = is_blank and not text.strip()
    decoder.decode(b"", final=True)
    return is_blank


def decode_all_as_windows(file: IO[bytes]) -> bool:
    """The same for Windows-1252, in which nearly every byte is a letter: it may be no text."""
    if any(chunk.translate(None, NO_TEXT) != chunk for chunk in chunks(file)):
        raise CannotImportError(NOT_A_TEXT)
    try:
        return decode_all(file, "cp1252")
    except UnicodeDecodeError as error:
        raise CannotImportError(
            "it is neither UTF-8 nor UTF-16 nor Windows-1252: save it as UTF-8"
        ) from error


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
