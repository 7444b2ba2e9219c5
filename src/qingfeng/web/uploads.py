"""Uploads: what is too large is cut off while it comes in, before it fills a disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from qingfeng.store.files import MAX_BYTES

TOO_LARGE = "upload_too_large"
MAX_REQUEST = MAX_BYTES + (1 << 20)
"""A file and the text beside it."""


class Bounded(FileUploadHandler):
    """Stops an upload that exceeds the bound; the view reads `request.META[TOO_LARGE]`."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: Any, boundary: Any, encoding: str | None = None
    ) -> None:
        """Refuse a request that says that it is too large."""
        if content_length > MAX_REQUEST:
            META[TOO_LARGE] = True
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a chunk on."""
        if start + len(raw_data) > MAX_BYTES:
            if self.request is not None:
                self.request.META[TOO_LARGE] = True
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""
