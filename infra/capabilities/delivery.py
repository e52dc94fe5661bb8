"""The CDN in front of the bucket of media: what is below `media/`, to everybody, over HTTPS, with safe headers."""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from constructs import Construct

from contract import names
from contract.buckets import MEDIA
from infra.capabilities.storage import Storage

_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
_SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
"""Policies that AWS manages: nosniff, HSTS, frame and referrer policy."""
_ORIGIN = "media"
_SERVICE = "cloudfront.amazonaws.com"


class Delivery(Construct):
    """`address` is where media are served; nobody but the distribution reads the bucket for others."""

    def __init__(self, scope: Construct, id_: str, *, tenant: str, storage: Storage) -> None:
        super().__init__(scope, id_)
        bucket = storage.buckets[MEDIA.name]
        access = cloudfront.CfnOriginAccessControl(
            self,
            "Access",
            origin_access_control_config=cloudfront.CfnOriginAccessControl.OriginAccessControlConfigProperty(
                name=names.physical(tenant, MEDIA.name),
                origin_access_control_origin_type="s3",
                signing_behavior="always",
                signing_protocol="sigv4",
            ),
        )
        origin = cloudfront.CfnDistribution.OriginProperty(
            id=_ORIGIN,
            domain_name=bucket.attr_regional_domain_name,
            origin_access_control_id=access.attr_id,
            s3_origin_config=cloudfront.CfnDistribution.S3OriginConfigProperty(origin_access_identity=""),
        )
        self.distribution = cloudfront.CfnDistribution(
            self,
            "Distribution",
            distribution_config=cloudfront.CfnDistribution.DistributionConfigProperty(
                comment=f"Media of tenant {tenant}",
                enabled=True,
                http_version="http2and3",
                ipv6_enabled=True,
                origins=[origin],
                default_cache_behavior=_behavior(),
            ),
        )
        self._let_read(storage)

    @property
    def address(self) -> str:
        """Without a slash at the end."""
        return f"https://{self.distribution.attr_domain_name}"

    def _let_read(self, storage: Storage) -> None:
        own = f"arn:{cdk.Aws.PARTITION}:cloudfront::{cdk.Aws.ACCOUNT_ID}:distribution"
        storage.policies[MEDIA.name].add_statements(
            iam.PolicyStatement(
                actions=["s3:GetObject"],
                resources=[f"{storage.buckets[MEDIA.name].attr_arn}/media/*"],
                principals=[iam.ServicePrincipal(_SERVICE)],
                conditions={"StringEquals": {"AWS:SourceArn": f"{own}/{self.distribution.ref}"}},
            )
        )
        # The distribution stands on the bucket, and the bucket on the key, which thus cannot name the distribution.
        storage.let_use_key(_SERVICE, "kms:Decrypt", sources=f"{own}/*")


def _behavior() -> cloudfront.CfnDistribution.DefaultCacheBehaviorProperty:
    return cloudfront.CfnDistribution.DefaultCacheBehaviorProperty(
        target_origin_id=_ORIGIN,
        viewer_protocol_policy="redirect-to-https",
        allowed_methods=["GET", "HEAD"],
        cached_methods=["GET", "HEAD"],
        compress=True,
        cache_policy_id=_CACHING_OPTIMIZED,
        response_headers_policy_id=_SECURITY_HEADERS,
    )
