"""The CDK's own functions without Lambda's /opt and certificates, which this machine has not.

`BucketDeployment` calls the AWS CLI of its layer in /opt. The emulator unpacks layers elsewhere,
and without the modes of their files.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LARGEST_BYTES = 1_000_000
"""The CDK's functions are small; larger ones are not looked at."""
SOURCE = "index.py"
COMMAND = b'"/opt/awscli/aws"'
COMMAND_HERE = b'os.environ["_LAMBDA_LAYERS_DIRS"].split(os.pathsep)[0] + "/awscli/aws"'
CERTIFICATES = "AWS_CA_BUNDLE"


def add_cdk_functions() -> None:
    """Change what a function is started with."""
    from ministack.core import lambda_runtime  # tests of the rest run without the emulator

    initialize = lambda_runtime.Worker.__init__

    def initialize_here(
        worker: object, name: str, config: Mapping[str, Any], package: bytes, *more: Any
    ) -> None:
        initialize(worker, name, keep_known_paths(config), call_layer_here(package), *more)

    lambda_runtime.Worker.__init__ = initialize_here


def keep_known_paths(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out Lambda's own file of certificates, unless this machine has one at its place."""
    variables = config.get("Environment", {}).get("Variables") or {}
    if Path(variables.get(CERTIFICATES, "/")).exists():
        return config
    rest = {name: value for name, value in variables.items() if name != CERTIFICATES}
    return {**config, "Environment": {"Variables": rest}}


def call_layer_here(package: bytes) -> bytes:
    """Let the CDK's function call the AWS CLI where the emulator has unpacked its layer."""
    if not package.startswith(b"PK") or len(package) > LARGEST_BYTES:
        return package
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    source = files.get(SOURCE, b"")
    if COMMAND not in source:
        return package
    source = source.replace(COMMAND, COMMAND_HERE)
    files[SOURCE] = b"import sys\n" + source.replace(b"call([aws]", b"call([sys.executable, aws]")
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return changed.getvalue()
