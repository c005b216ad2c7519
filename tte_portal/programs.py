"""What a program is told under /api/ whose request came to nothing: JSON, in the shape of the E-Sign client service."""

from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.utils import timezone

PREFIX = "/api/"
_WORDS = {
    400: "Isi permintaan tidak dapat dibaca. Periksa bentuk dan pengodean datanya.",
    403: "Permintaan ini tidak diizinkan.",
    404: "Alamat ini tidak ada. Daftar alamat ada di /api/.",
    405: "Metode permintaan ini tidak berlaku untuk alamat ini; yang berlaku ada di header Allow.",
    413: "Isi permintaan terlalu besar.",
    415: "Jenis isi (Content-Type) ini tidak dikenal. Kirim application/json, multipart/form-data, atau "
    "application/x-www-form-urlencoded.",
    429: "Terlalu banyak permintaan. Tunggu sesuai header Retry-After, lalu coba lagi.",
    500: "Terjadi gangguan pada portal. Coba lagi nanti.",
}


def refusal(request: HttpRequest, status: int, headers: Mapping[str, str] | None = None) -> JsonResponse:
    """The four parts that clients know, in their order, and between them why in words, where there is more to say."""
    told = {"timestamp": timezone.now().isoformat(), "status": status, "error": HTTPStatus(status).phrase}
    if status in _WORDS:
        told["message"] = _WORDS[status]
    told["path"] = request.path
    form = {"separators": (",", ":"), "ensure_ascii": False}
    return JsonResponse(told, status=status, headers=headers, json_dumps_params=form)
