# PVE Backup Report in a container: docs/en/docker.md says how to run it.
# Nothing secret is in here: secrets come in as files at run time.

FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY src ./src
COPY templates ./templates
# The environment has no pip of its own: only what the program needs comes along.
RUN python -m venv --without-pip /opt/pve-backup-report \
 && python -m pip --python /opt/pve-backup-report/bin/python install --no-cache-dir .
# A first run compiles the templates of the reports: nothing can be written there later.
RUN /opt/pve-backup-report/bin/pve-backup-report --demo --quiet \
 && chmod -R go+rX /opt/pve-backup-report

FROM python:3.13-slim-bookworm
COPY --from=build /opt/pve-backup-report /opt/pve-backup-report
RUN groupadd --gid 10001 backup-report \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /state --shell /usr/sbin/nologin backup-report \
 && install -d -o 10001 -g 10001 -m 0700 /reports /state
ENV PATH=/opt/pve-backup-report/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REPORT_DIR=/reports \
    STATE_DIR=/state
USER 10001:10001
WORKDIR /state
VOLUME ["/reports", "/state"]
ENTRYPOINT ["pve-backup-report"]
