"""Uploads: what is too large is cut off while it comes in, before it fills a disk."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from qingfeng.store.files import MAX_BYTES

TOO_LARGE = "upload_too_large"
MAX_REQUEST = MAX_BYTES + (1 << 20)
"""A file and the text beside it: what says that it is more is refused unread (middleware.Headers)."""


class Bounded(FileUploadHandler):
    """Stops a file that exceeds the bound; errors.csrf_failure reads `request.META[TOO_LARGE]`, since what stood behind it is lost."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a chunk on."""
        if start + len(raw_data) > MAX_BYTES:
            if self.request is not None:
                self.request.META[TOO_LARGE] = True
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""
