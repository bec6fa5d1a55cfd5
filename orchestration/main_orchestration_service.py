"""The service that Cloud Scheduler and people call.

POST /execute-workflow runs one workflow if it is due; POST /reconcile sends the work that dates lack; POST /alert
tells a person what is amiss.
"""

from __future__ import annotations

import uuid
from typing import Any, Self

from flask import Flask
from pydantic import BaseModel, ConfigDict, Field, model_validator

from common import clock
from common.context import Context
from common.date_words import with_dates
from common.errors import ConfigurationError
from common.events import Trigger
from common.logging import correlated, correlation_id
from common.request_body import body_as
from common.request_dates import GameDate, Moment
from common.service import create_service
from orchestration.alerts import alert
from orchestration.client import ServiceClient
from orchestration.reconciler import Reconciler
from orchestration.workflow import workflow
from orchestration.workflow_conditions import due, game_date_of
from orchestration.workflow_executor import WorkflowExecutor
from orchestration.workflow_facts import facts_of
from orchestration.workflow_result import WorkflowResult

# Asking again can help only where nothing came of it.
_CODES = {"partial": 207, "failed": 503}
# A reconciliation looks at recent dates; longer ranges are a backfill's.
MAX_DATES = 31


class ExecuteWorkflow(BaseModel):
    """The body of /execute-workflow.

    Without `date` the game date is the one whose window is open. `simulated_at` is a replay's clock; `force` runs
    the workflow whether it is due or not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    workflow: str = Field(max_length=100)
    game_date: GameDate | None = Field(default=None, alias="date")
    simulated_at: Moment | None = None
    force: bool = False
    trigger: Trigger = "scheduler"


class DatesRequest(BaseModel):
    """The body of /alert: both dates included, at most `MAX_DATES`; words such as yesterday are dates, too."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    start_date: GameDate
    end_date: GameDate
    dry_run: bool = False
    simulated_at: Moment | None = None

    @model_validator(mode="before")
    @classmethod
    def _words(cls, body: object) -> object:
        return with_dates(body, ("start_date", "end_date"))

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if not 0 <= (self.end_date - self.start_date).days < MAX_DATES:
            raise ValueError(f"end_date is before start_date, or more than {MAX_DATES} dates are asked for")
        return self


class ReconcileRequest(DatesRequest):
    """The body of /reconcile: as that of /alert."""

    trigger: Trigger = "reconcile"


def create_app(context: Context) -> Flask:
    """The WSGI app of the service."""
    routes = [
        ("/execute-workflow", _execute_endpoint),
        ("/reconcile", _reconcile_endpoint),
        ("/alert", _alert_endpoint),
    ]
    return create_service("orchestration", context, routes=routes)


def execute(context: Context, wanted: ExecuteWorkflow, client: ServiceClient) -> WorkflowResult:
    """Run the workflow, or say why it is not due. ConfigurationError for a name that no workflow has."""
    chosen = workflow(wanted.workflow)
    with correlated(correlation_id.get() or uuid.uuid4().hex), clock.simulated(wanted.simulated_at):
        day = wanted.game_date or game_date_of(chosen, clock.now())
        if not wanted.force:
            decision = due(chosen, day, clock.now(), facts_of(context, chosen, day))
            if not decision.due:
                return WorkflowResult(chosen.name, day, decision.reason, due=False)
            reason = decision.reason
        else:
            reason = "asked for"
        return WorkflowExecutor(context, client).run(chosen, day, trigger=wanted.trigger, reason=reason)


def _client(context: Context) -> ServiceClient:
    url = context.settings.services_url
    if url is None:
        raise ConfigurationError("set NBA_SERVICES_URL to where the services can be called", setting="services_url")
    return ServiceClient(url)


def _execute_endpoint(context: Context) -> Any:
    wanted = body_as(ExecuteWorkflow)
    with _client(context) as client:
        result = execute(context, wanted, client)
    return result.as_json(), _CODES.get(result.status, 200)


def _reconcile_endpoint(context: Context) -> Any:
    wanted = body_as(ReconcileRequest)
    with clock.simulated(wanted.simulated_at), _client(context) as client:
        needs = Reconciler(context, client, dry_run=wanted.dry_run).run(wanted.start_date, wanted.end_date)
    return {"status": "waiting" if any(n.waits for n in needs) else "ok", "needs": [n.as_json() for n in needs]}, 200


def _alert_endpoint(context: Context) -> Any:
    wanted = body_as(DatesRequest)
    with clock.simulated(wanted.simulated_at):
        told = alert(context, wanted.start_date, wanted.end_date, dry_run=wanted.dry_run)
    return told.as_json(), 200
