"""The deployments function: routes and queue to actions."""

from contract import queues, routes
from functions.deployments.arriving import on_upload
from functions.deployments.deploying import deploy, deploy_decisions
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
    },
    queues={queues.BUNDLE_UPLOADS.name: on_upload},
)
