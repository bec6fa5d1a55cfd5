# One image for all services. NBA_SERVICE (or the first argument) chooses which one a container is.
# The embedded stack is not in it: only requirements.lock is installed.
FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.13-slim
# LightGBM's OpenMP runtime.
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home nba
COPY --from=build /venv /venv
WORKDIR /app
COPY common common
COPY scrapers scrapers
COPY data_processors data_processors
COPY predictions predictions
COPY monitoring monitoring
COPY migrations migrations
COPY orchestration orchestration
# What only one machine needs stays out.
RUN rm -rf orchestration/local orchestration/deploy orchestration/commands orchestration/cli.py
COPY bin/serve /usr/local/bin/serve
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 NBA_BIND=0.0.0.0 PORT=8080
USER nba
EXPOSE 8080
ENTRYPOINT ["serve"]
