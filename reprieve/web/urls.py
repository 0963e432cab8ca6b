"""The addresses. Never decides anything; what is unknown under `/api/` leaves as a problem document."""

from django.urls import path

from reprieve.web.api import PREFIX, api
from reprieve.web.observing import healthz, metrics_page, openapi_document, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics_page),
    path(f"{PREFIX}openapi.json", openapi_document),
    path(PREFIX, api.urls),
]
