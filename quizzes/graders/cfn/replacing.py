"""Which properties make a resource anew when they change. A small table of types that lessons speak of.

Each type's own page tells for every property what an update requires; `page(type)` is its address. A property that is
not listed here is changed in place. Where the page says that it depends, it is left out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from __future__ import annotations

_TABLE = """
ApiGateway::Deployment             RestApiId
ApiGateway::Method                 RestApiId ResourceId HttpMethod
ApiGateway::Resource               RestApiId ParentId PathPart
ApiGateway::Stage                  RestApiId StageName*
AutoScaling::AutoScalingGroup      AutoScalingGroupName* InstanceId
AutoScaling::LaunchConfiguration   LaunchConfigurationName* AssociatePublicIpAddress BlockDeviceMappings EbsOptimized \
IamInstanceProfile ImageId InstanceId InstanceMonitoring InstanceType KeyName MetadataOptions PlacementTenancy \
SecurityGroups SpotPrice UserData
CloudWatch::Alarm                  AlarmName*
CodeBuild::Project                 Name*
CodeDeploy::Application            ApplicationName* ComputePlatform
CodeDeploy::DeploymentGroup        DeploymentGroupName* ApplicationName
CodePipeline::Pipeline             Name*
DynamoDB::Table                    TableName* KeySchema ImportSourceSpecification
EC2::Instance                      ImageId AvailabilityZone SubnetId KeyName LaunchTemplate SecurityGroups CpuOptions \
NetworkInterfaces PrivateIpAddress PlacementGroupName HibernationOptions EnclaveOptions LicenseSpecifications \
Ipv6AddressCount Ipv6Addresses
EC2::LaunchTemplate                LaunchTemplateName*
EC2::NatGateway                    SubnetId AllocationId ConnectivityType VpcId PrivateIpAddress
EC2::Route                         RouteTableId DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId
EC2::RouteTable                    VpcId
EC2::SecurityGroup                 GroupName* GroupDescription VpcId
EC2::Subnet                        VpcId CidrBlock AvailabilityZone AvailabilityZoneId OutpostArn
EC2::VPC                           CidrBlock
EC2::VPCEndpoint                   ServiceName VpcId VpcEndpointType
ECR::Repository                    RepositoryName* EncryptionConfiguration
ECS::Cluster                       ClusterName*
ECS::Service                       ServiceName* Cluster Role SchedulingStrategy
ECS::TaskDefinition                Family ContainerDefinitions Cpu Memory ExecutionRoleArn TaskRoleArn NetworkMode \
PlacementConstraints ProxyConfiguration RequiresCompatibilities RuntimePlatform Volumes PidMode IpcMode EphemeralStorage
EFS::FileSystem                    Encrypted KmsKeyId PerformanceMode AvailabilityZoneName
ElastiCache::ReplicationGroup      ReplicationGroupId* AtRestEncryptionEnabled CacheSubnetGroupName KmsKeyId Port \
DataTieringEnabled NetworkType SnapshotArns SnapshotName
ElasticBeanstalk::Application      ApplicationName*
ElasticBeanstalk::Environment      EnvironmentName* ApplicationName CNAMEPrefix SolutionStackName
ElasticLoadBalancingV2::Listener      LoadBalancerArn
ElasticLoadBalancingV2::ListenerRule  ListenerArn
ElasticLoadBalancingV2::LoadBalancer  Name* Scheme Type
ElasticLoadBalancingV2::TargetGroup   Name* Port Protocol ProtocolVersion TargetType VpcId IpAddressType
Events::EventBus                   Name*
Events::Rule                       Name* EventBusName
IAM::Group                         GroupName*
IAM::InstanceProfile               InstanceProfileName* Path
IAM::ManagedPolicy                 ManagedPolicyName* Description Path
IAM::Role                          RoleName* Path
IAM::User                          UserName*
KMS::Alias                         AliasName*
Kinesis::Stream                    Name*
Lambda::Alias                      Name* FunctionName
Lambda::EventSourceMapping         EventSourceArn StartingPosition StartingPositionTimestamp SelfManagedEventSource
Lambda::Function                   FunctionName* PackageType
Lambda::Permission                 FunctionName Action Principal SourceArn SourceAccount EventSourceToken \
FunctionUrlAuthType PrincipalOrgID
Lambda::Version                    FunctionName Description CodeSha256 ProvisionedConcurrencyConfig RuntimePolicy
Logs::LogGroup                     LogGroupName*
RDS::DBCluster                     DBClusterIdentifier* DBSubnetGroupName DatabaseName EngineMode KmsKeyId \
SnapshotIdentifier SourceRegion StorageEncrypted
RDS::DBInstance                    DBInstanceIdentifier* CharacterSetName DBClusterIdentifier DBName DBSubnetGroupName \
Engine KmsKeyId MasterUsername SourceRegion StorageEncrypted Timezone
Route53::HostedZone                Name
Route53::RecordSet                 Name HostedZoneId HostedZoneName
S3::Bucket                         BucketName*
S3::BucketPolicy                   Bucket
SNS::Subscription                  TopicArn Protocol Endpoint
SNS::Topic                         TopicName* FifoTopic
SQS::Queue                         QueueName* FifoQueue
SSM::Parameter                     Name*
SecretsManager::Secret             Name*
StepFunctions::StateMachine        StateMachineName* StateMachineType
"""
_ROWS = {row.split()[0]: row.split()[1:] for row in _TABLE.strip().splitlines()}
_PROPERTIES = {f"AWS::{kind}": frozenset(one.rstrip("*") for one in row) for kind, row in _ROWS.items()}
# * marks the name of a resource that can be chosen
_NAMES = {f"AWS::{kind}": one[:-1] for kind, row in _ROWS.items() for one in row if one.endswith("*")}


def replacing(kind: str) -> frozenset[str]:
    """Properties of a type whose change makes the resource anew."""
    return _PROPERTIES.get(kind, frozenset())


def custom_name(kind: str) -> str:
    """The property that names a resource of this type; "" when there is none.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
    """
    return _NAMES.get(kind, "")


def page(kind: str) -> str:
    """The vendor's page of a type."""
    slug = kind.lower().removeprefix("aws::").replace("::", "-")
    return f"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-{slug}.html"
