"""The whole system on one screen."""

from pathlib import Path

from aws_cdk import CfnOutput, Stack, aws_s3
from constructs import Construct

from infra.alarm_topic import AlarmTopic
from infra.alarms import Alarms
from infra.bulk_jobs import BulkJobs
from infra.bundle_upload import BundleUpload
from infra.classify_function import ClassifyFunction
from infra.custom_domain import CustomDomain
from infra.dashboard import Dashboard
from infra.data_stack import DataStack
from infra.drift_monitor import DriftMonitor
from infra.failed_deployment import FailedDeployment
from infra.job_function import JobCode
from infra.known_texts import KnownTexts
from infra.model_bundle import ModelBundle
from infra.monthly_budget import MonthlyBudget
from infra.release import Release
from infra.release_check import ReleaseCheck
from infra.rest_api import ClassifyRestApi
from infra.shadow_challenger import ShadowChallenger
from infra.shadow_parts import ShadowParts
from infra.stages import Stage
from infra.web_firewall import WebFirewall


class WindvaneStack(Stack):
    """One stage of Windvane: the API takes requests, the function writes results to the table."""

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        bundle: ModelBundle,
        known_texts: KnownTexts,
        challenger: ModelBundle | None,
        package: Path,
        data: DataStack,
    ) -> None:
        """Build the stack.

        Args:
            scope: The app.
            stage: Settings of this deployment.
            bundle: The model to serve.
            known_texts: Texts that it must answer before it gets traffic.
            challenger: The model that answers in shadow, if any.
            package: Zip file of the function, or the folder of the image's Dockerfile.
            data: The stage's data.
        """
        super().__init__(
            scope,
            stage.stack_name,
            description="Windvane: sentiment of a text",
            termination_protection=stage.keep_data,
        )
        self.add_stack_dependency(data)
        models = data.find_bucket(self, stage)
        upload = BundleUpload(self, "Bundle", stage=stage, bucket=models, bundle=bundle)
        classify = ClassifyFunction(
            self,
            "Classify",
            stage=stage,
            package=package,
            data=data,
            bucket=models,
            upload=upload,
        )
        check = ReleaseCheck(
            self,
            "ReleaseCheck",
            stage=stage,
            function=classify.function,
            bundle=bundle,
            known_texts=known_texts,
        )
        release = Release(self, "Release", function=classify.function, stage=stage, check=check)
        rest = ClassifyRestApi(
            self, "Rest", stage=stage, function=release.alias, access_log=data.access_log
        )
        jobs = BulkJobs(
            self,
            "Jobs",
            stage=stage,
            code=JobCode(package=package, bucket=models, live=release.alias),
        )
        shadow = ShadowChallenger(
            self,
            "Shadow",
            stage=stage,
            parts=_list_shadow_parts(stage, challenger, package, data, models),
        )
        monitor = DriftMonitor(
            self,
            "Monitor",
            stage=stage,
            code=JobCode(package=package, bucket=models, live=release.alias),
            results=data.results,
        )
        domain = CustomDomain(self, "Domain", stage=stage, api=rest.api)
        WebFirewall(self, "Firewall", stage=stage, api_stage=rest.api.deployment_stage)
        alarms = Alarms(
            self,
            "Alarms",
            stage=stage,
            function=classify.function,
            api=rest.api,
            access_log=data.access_log,
            table_name=data.results.table.table_name,
            dead_letters=classify.dead_letters,
        )
        notices = AlarmTopic(self, "Notices", email=stage.alarm_email)
        notices.listen([*alarms.alarms, *release.alarms, *jobs.alarms, *monitor.alarms])
        FailedDeployment(
            self,
            "FailedDeployment",
            group=release.deployments,
            topic=notices.topic,
            runbook=stage.runbook_url,
        )
        MonthlyBudget(self, "Budget", stage=stage, topic=notices.topic)
        dashboard = Dashboard(
            self,
            "Dashboard",
            stage=stage,
            labels=bundle.labels,
            function=classify.function,
            api=rest.api,
            table=data.results.table,
        )
        for graphs in (jobs.graphs, shadow.graphs, monitor.graphs):
            dashboard.add(graphs)
        outputs = {
            **domain.outputs,
            **rest.outputs,
            "BucketName": models.bucket_name,
            "TableName": data.results.table.table_name,
            "DashboardUrl": dashboard.url,
            "DestroyKeeps": stage.destroy_keeps,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)


def _list_shadow_parts(
    stage: Stage,
    challenger: ModelBundle | None,
    package: Path,
    data: DataStack,
    models: aws_s3.IBucket,
) -> ShadowParts | None:
    if stage.shadow is None or challenger is None:
        return None
    return ShadowParts(
        package=package,
        challenger=challenger,
        bucket=models,
        table_arn=data.results.table.table_arn,
        result_log_uri=data.results.result_log_uri,
        concurrency=stage.shadow.concurrency,
    )
