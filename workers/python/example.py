"""An example of a worker. Start the platform (`make up`), deploy a process with a service task of type `ship-parcel`
(`workers/ship-parcel.bpmn`), then: `python workers/python/example.py [http://127.0.0.1:8080]`

On AWS, the environment says where the tokens come from: DPC_TOKEN_URL, DPC_CLIENT_ID and DPC_CLIENT_SECRET.
"""

import logging
import os
import sys
import uuid
from typing import Any

from dpc_worker import BpmnError, Job, Worker, client_credentials

url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
token = client_credentials(
    os.environ.get("DPC_TOKEN_URL", f"{url}/_local/oauth2/token"),
    os.environ.get("DPC_CLIENT_ID", "worker"),
    os.environ.get("DPC_CLIENT_SECRET", "none"),
)
worker = Worker(url, token)


@worker.job("ship-parcel", at_once=4)
def ship(job: Job) -> dict[str, Any]:
    if not job.variables.get("address"):
        raise BpmnError("NO_ADDRESS", "There is nowhere to ship to.")
    print(f"Shipping {job.id} by {job.headers.get('carrier', 'post')}")
    return {"tracking": uuid.uuid4().hex}


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    worker.run()
