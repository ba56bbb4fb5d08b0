"""Rules about what a first deployment, an undone one, or a second one beside it would trip over."""

from reading import as_list, by_type, name_of

# Where a resource of a kind is given a name that an account, or a region, has once.
NAMES = {
    "AWS::CloudFront::OriginAccessControl": ["OriginAccessControlConfig", "Name"],
    "AWS::CloudFront::OriginRequestPolicy": ["OriginRequestPolicyConfig", "Name"],
    "AWS::CloudFront::ResponseHeadersPolicy": ["ResponseHeadersPolicyConfig", "Name"],
    "AWS::CloudWatch::Alarm": ["AlarmName"],
    "AWS::DynamoDB::Table": ["TableName"],
    "AWS::Events::Rule": ["Name"],
    "AWS::IAM::Role": ["RoleName"],
    "AWS::Lambda::Function": ["FunctionName"],
    "AWS::Logs::LogGroup": ["LogGroupName"],
    "AWS::S3::Bucket": ["BucketName"],
    "AWS::SES::ConfigurationSet": ["Name"],
    "AWS::SES::ConfigurationSetEventDestination": ["EventDestination", "Name"],
    "AWS::SNS::Topic": ["TopicName"],
    "AWS::SQS::Queue": ["QueueName"],
    "AWS::Scheduler::Schedule": ["Name"],
    "AWS::Scheduler::ScheduleGroup": ["Name"],
}


def mail_events_find_their_topic_open(template):
    """SES publishes a message when a destination is made, and refuses a topic it may not publish to."""
    policies = {name: {name_of(topic) for topic in resource["Properties"]["Topics"]}
                for name, resource in by_type(template, "AWS::SNS::TopicPolicy")}
    for name, resource in by_type(template, "AWS::SES::ConfigurationSetEventDestination"):
        topic = name_of(resource["Properties"]["EventDestination"].get("SnsDestination", {}).get("TopicARN"))
        waits_for = as_list(resource.get("DependsOn", []))
        if topic and not any(topic in policies.get(policy, ()) for policy in waits_for):
            yield name, f"does not wait for the policy of {topic}"


def an_undone_create_leaves_nothing(template):
    """Retain keeps what a failed first deployment made; what is protected from deletion would hold the undoing up."""
    for name, resource in template["Resources"].items():
        protected = resource.get("Properties", {}).get("DeletionProtectionEnabled") is True
        wanted = "Retain" if protected else "RetainExceptOnCreate"
        policy = resource.get("DeletionPolicy")
        if policy in ("Retain", "RetainExceptOnCreate") and policy != wanted:
            yield name, f"DeletionPolicy is not {wanted}"


def stacks_fit_beside_each_other(template):
    """Two stacks in one account and region: no name is taken twice, and who sends mails may be there already."""
    groups = {name for name, resource in by_type(template, "AWS::Scheduler::ScheduleGroup")}
    for name, resource in template["Resources"].items():
        given = resource.get("Properties", {})
        for step in NAMES.get(resource["Type"], []):
            given = given.get(step) if given else None
        in_a_group = name_of(resource.get("Properties", {}).get("GroupName")) in groups
        named = resource["Type"] in NAMES and given is not None and "AWS::StackName" not in str(given)
        if named and not (resource["Type"] == "AWS::Scheduler::Schedule" and in_a_group):
            yield name, f"the next stack will find the name {given} taken"
        if resource["Type"] == "AWS::SES::EmailIdentity" and "Condition" not in resource:
            yield name, "a domain is an identity once in an account: a second stack cannot leave it out"


DEPLOYMENT_RULES = [
    mail_events_find_their_topic_open,
    an_undone_create_leaves_nothing,
    stacks_fit_beside_each_other,
]
