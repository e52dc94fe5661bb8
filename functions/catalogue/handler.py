"""The catalogue function: routes and turns to actions."""

from contract import queues, routes
from functions.catalogue.drafting import delete_version, new_entry, new_version, save_version
from functions.catalogue.jobs.asking import approve_job, get_job, new_export, new_import
from functions.catalogue.media.asking import delete_media, get_media, list_media, new_media
from functions.catalogue.messages import on_message
from functions.catalogue.publishing import publish, release, retire
from functions.catalogue.reading import diff_versions, get_entry, get_version, list_changes, list_entries
from functions.catalogue.reviewing import approve, reject, submit, withdraw
from functions.catalogue.spec import SPEC
from functions.runtime.handler import Handler

handle = Handler(
    SPEC,
    routes={
        routes.LIST_ENTRIES: list_entries,
        routes.NEW_ENTRY: new_entry,
        routes.GET_ENTRY: get_entry,
        routes.NEW_VERSION: new_version,
        routes.GET_VERSION: get_version,
        routes.SAVE_VERSION: save_version,
        routes.DELETE_VERSION: delete_version,
        routes.SUBMIT_VERSION: submit,
        routes.WITHDRAW_VERSION: withdraw,
        routes.APPROVE_VERSION: approve,
        routes.REJECT_VERSION: reject,
        routes.PUBLISH_VERSION: publish,
        routes.RETIRE_VERSION: retire,
        routes.DIFF_VERSIONS: diff_versions,
        routes.LIST_CHANGES: list_changes,
        routes.NEW_RELEASE: release,
        routes.NEW_IMPORT: new_import,
        routes.NEW_EXPORT: new_export,
        routes.GET_JOB: get_job,
        routes.APPROVE_JOB: approve_job,
        routes.NEW_MEDIA: new_media,
        routes.LIST_MEDIA: list_media,
        routes.GET_MEDIA: get_media,
        routes.DELETE_MEDIA: delete_media,
    },
    queues={queues.CATALOGUE_TURNS.name: on_message},
)
