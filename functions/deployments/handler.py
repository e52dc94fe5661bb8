"""The deployments function: routes and queue to actions."""

from contract import queues, routes
from functions.deployments.arriving import on_upload
from functions.deployments.deploying import deploy, deploy_decisions
from functions.deployments.moving.migrating import get_migration, list_migrated, migrate, on_move
from functions.deployments.moving.modifying import modify, restart
from functions.deployments.moving.renewing import renew
from functions.deployments.reading import get_asl, get_bpmn, get_process, get_report, list_processes
from functions.deployments.spec import SPEC
from functions.deployments.uploads import get_upload, new_upload
from functions.runtime.handler import Handler

handle = Handler(
    SPEC,
    routes={
        routes.DEPLOY: deploy,
        routes.DEPLOY_DECISIONS: deploy_decisions,
        routes.LIST_PROCESSES: list_processes,
        routes.GET_PROCESS: get_process,
        routes.GET_BPMN: get_bpmn,
        routes.GET_ASL: get_asl,
        routes.GET_REPORT: get_report,
        routes.NEW_UPLOAD: new_upload,
        routes.GET_UPLOAD: get_upload,
        routes.MODIFY_INSTANCE: modify,
        routes.RESTART_INSTANCE: restart,
        routes.NEW_MIGRATION: migrate,
        routes.GET_MIGRATION: get_migration,
        routes.LIST_MIGRATED: list_migrated,
    },
    queues={queues.BUNDLE_UPLOADS.name: on_upload, queues.INSTANCE_MOVES.name: on_move},
    direct=renew,
)
