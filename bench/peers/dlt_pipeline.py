"""dlt: a pipeline from documents to Parquet files, on a tenth of the documents.

Its own ids, parents and list indexes; workers for normalising; state, logs and progress off.
"""

import json
import os
import pathlib
import sys
import tempfile

os.environ |= {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "NORMALIZE__WORKERS": str(os.cpu_count()),
    "DATA_WRITER__COMPRESSION": "zstd",
    "DATA_WRITER__BUFFER_MAX_ITEMS": "50000",
    # Several files of extracted documents, or only one worker has something to normalise.
    "SOURCES__DATA_WRITER__BUFFER_MAX_ITEMS": "500",
    "SOURCES__DATA_WRITER__FILE_MAX_ITEMS": "500",
    "DESTINATION__FILESYSTEM__LAYOUT": "{table_name}.{file_id}.{ext}",
}

import dlt  # reads its settings from the environment above

import peer

SHARE = 10
BATCH = 100


def documents(source):
    path = pathlib.Path(source)
    if path.is_dir():
        files = sorted(path.rglob("*.json"))
        for file in files[: len(files) // SHARE]:
            yield json.loads(file.read_bytes())
    else:
        lines = path.read_bytes().splitlines()
        yield from map(json.loads, lines[: len(lines) // SHARE])


@dlt.resource(name="result")
def batches(source):
    batch = []
    for document in documents(source):
        batch.append(document)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def main(source, output):
    began = peer.start(output)
    with tempfile.TemporaryDirectory() as state:
        pipeline = dlt.pipeline(
            "bench",
            pipelines_dir=state,
            destination=dlt.destinations.filesystem(
                bucket_url=pathlib.Path(output).resolve().as_uri()
            ),
            dataset_name="data",
        )
        pipeline.run(batches(source), loader_file_format="parquet")
    peer.finish(began, note="a tenth")


if __name__ == "__main__":
    main(*sys.argv[1:])
