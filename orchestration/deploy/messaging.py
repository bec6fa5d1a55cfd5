"""Topics and push subscriptions, from the topology."""

from __future__ import annotations

from orchestration.deploy.lines import Step, create_if_missing, gcloud, update_or_create
from orchestration.deploy.services import CloudServices
from orchestration.deploy.target import Target
from orchestration.topology import PushSubscription, Topology

# How long Pub/Sub keeps a message that nobody has taken; its own longest time for a subscription without pay.
_RETENTION = "7d"


def topics(to: Target, topology: Topology, services: CloudServices) -> Step:
    """All topics, dead-letter ones too, and who may publish to which."""
    lines = [
        create_if_missing(
            gcloud("pubsub topics describe", topic, project=to.project),
            gcloud("pubsub topics create", topic, project=to.project),
        )
        for topic in topology.all_topics
    ]
    publishers = [(topic, to.member(name)) for name, s in services.services.items() for topic in s.publishes]
    # Dead letters are moved by Pub/Sub itself.
    publishers += [(s.dead_letter.topic, to.pubsub_agent) for s in topology.subscriptions]
    lines += [
        gcloud(
            "pubsub topics add-iam-policy-binding",
            topic,
            member=member,
            role="roles/pubsub.publisher",
            project=to.project,
        )
        for topic, member in publishers
    ]
    return Step("Topics, and who may publish", lines)


def subscriptions(to: Target, topology: Topology) -> Step:
    """Push subscriptions with their dead letters; Pub/Sub may sign tokens of the push account and take messages out."""
    lines = [
        gcloud(
            "iam service-accounts add-iam-policy-binding",
            to.account("push"),
            member=to.pubsub_agent,
            role="roles/iam.serviceAccountTokenCreator",
            project=to.project,
        )
    ]
    for subscription in topology.subscriptions:
        lines.append(_kept_dead_letters(to, subscription))
        lines.append(_pushed(to, subscription))
        # To move a message to the dead letters is to acknowledge it here.
        lines.append(
            gcloud(
                "pubsub subscriptions add-iam-policy-binding",
                subscription.name,
                member=to.pubsub_agent,
                role="roles/pubsub.subscriber",
                project=to.project,
            )
        )
    return Step("Push subscriptions with dead letters", lines)


def _kept_dead_letters(to: Target, subscription: PushSubscription) -> str:
    dead = subscription.dead_letter
    return create_if_missing(
        gcloud("pubsub subscriptions describe", dead.subscription, project=to.project),
        gcloud(
            "pubsub subscriptions create",
            dead.subscription,
            topic=dead.topic,
            ack_deadline=60,
            expiration_period="never",
            message_retention_duration=_RETENTION,
            project=to.project,
        ),
    )


def _pushed(to: Target, s: PushSubscription) -> str:
    url = to.url(s.service)
    flags: dict[str, str | int | bool] = {
        "push_endpoint": url + s.path,
        "push_auth_service_account": to.account("push"),
        "push_auth_token_audience": url,
        "ack_deadline": s.ack_deadline_seconds,
        "expiration_period": "never",
        "message_retention_duration": _RETENTION,
        "min_retry_delay": f"{s.retry.min_backoff_seconds}s",
        "max_retry_delay": f"{s.retry.max_backoff_seconds}s",
        "dead_letter_topic": s.dead_letter.topic,
        "max_delivery_attempts": s.max_delivery_attempts,
        "project": to.project,
    }
    return update_or_create(
        gcloud("pubsub subscriptions describe", s.name, project=to.project),
        gcloud("pubsub subscriptions update", s.name, **flags),
        gcloud("pubsub subscriptions create", s.name, topic=s.topic, **flags),
    )
