"""The secret key with which a stage hashes the subjects of its results."""

from aws_cdk import aws_kms, aws_secretsmanager
from constructs import Construct

from infra.acknowledgement import acknowledge
from infra.removal import removal_policy
from infra.stages import Stage

KEY_CHARS = 64
"""Letters and digits: six bits in each but a few."""


class SubjectKey(Construct):
    """A random key, made when the stage is deployed for the first time, and never changed.

    Attributes:
        arn: Of the secret.
        reference: What CloudFormation replaces by the key, in the template of any stack.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, stage: Stage, key: aws_kms.IKey | None
    ) -> None:
        """Build the secret.

        Args:
            scope: The stack.
            construct_id: Name within it.
            stage: Whether the key outlives the stack, as the results do.
            key: Encrypts the secret; None for AWS's key in the account.
        """
        super().__init__(scope, construct_id)
        secret = aws_secretsmanager.Secret(
            self,
            "Secret",
            description=f"Windvane {stage.name}: hashes the subjects of results",
            generate_secret_string=aws_secretsmanager.SecretStringGenerator(
                exclude_punctuation=True, password_length=KEY_CHARS
            ),
            encryption_key=key,
            removal_policy=removal_policy(keep=stage.keep_data),
        )
        acknowledge(
            secret,
            {
                "AwsSolutions-SMG4": "With another key nobody's results from before would be found "
                "again, and so not be erased either."
            },
        )
        self.arn = secret.secret_arn
        # The function gets the key as a variable when it is deployed: no request and no start of a
        # process waits for Secrets Manager.
        self.reference = secret.secret_value.unsafe_unwrap()
