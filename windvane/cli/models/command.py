"""The options of ``windvane models``."""

from typing import Any

import click

from windvane.cli.options import json_option, text_column_option, threads_option
from windvane.cli.releases.stage_options import check_stage, profile_option, region_option

# \b keeps click from filling the lines.
LIST_EXAMPLES = """\b
Examples:
  windvane models list .
  windvane models list retrained s3://my-model-bucket
  windvane models list --stage prod
"""


@click.group()
def models() -> None:
    """List, show and compare bundles, in folders and in model buckets."""


@models.command(name="list", epilog=LIST_EXAMPLES)
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@click.option(
    "--stage",
    callback=check_stage,
    metavar="dev|prod",
    help="List the model bucket of a deployed stage too.",
)
@region_option
@profile_option
@json_option
def list_models(
    places: tuple[str, ...],
    stage: str | None,
    region: str | None,
    profile: str | None,
    as_json: bool,
) -> None:
    """List the bundles in each PLACE, newest first.

    A PLACE is a folder, which is searched three levels deep, or s3://BUCKET, the model bucket of a
    stage.  [default: the bundle in use]
    """
    from windvane.cli.models.model_listing import print_models
    from windvane.cli.models.model_places import Places, find_models

    found = find_models(Places(places, stage=stage, region=region, profile=profile))
    print_models(found, as_json=as_json)


@models.command()
@click.argument("bundle", metavar="BUNDLE")
@region_option
@profile_option
@json_option
def show(bundle: str, region: str | None, profile: str | None, as_json: bool) -> None:
    """Show the manifest of a BUNDLE: origin, figures, lineage and what the gate decided.

    BUNDLE is a folder or s3://BUCKET/bundles/VERSION/.
    """
    from windvane.cli.models.model_details import print_model
    from windvane.cli.models.model_places import Places, find_model

    print_model(find_model(bundle, Places(region=region, profile=profile)), as_json=as_json)


@models.command()
@click.argument("first", metavar="BUNDLE")
@click.argument("second", metavar="BUNDLE")
@click.option("--texts", metavar="FILE", help="Classify the texts of FILE with both.")
@text_column_option
@region_option
@profile_option
@threads_option
@json_option
def compare(
    first: str,
    second: str,
    texts: str | None,
    as_json: bool,
    **options: Any,  # noqa: ANN401 - one type each
) -> None:
    """Compare the manifests of two bundles and, with --texts, their predictions.

    `windvane gate` compares figures on labelled files.
    """
    from windvane.cli.models.model_agreement import measure_agreement
    from windvane.cli.models.model_differences import print_differences
    from windvane.cli.models.model_places import Places, find_model

    access = Places(region=options["region"], profile=options["profile"])
    found = [find_model(place, access) for place in (first, second)]
    agreement = None
    if texts:
        column, threads = options["text_column"], options["threads"]
        agreement = measure_agreement((first, second), texts, text_column=column, threads=threads)
    print_differences(found, agreement, as_json=as_json)
