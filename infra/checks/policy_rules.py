"""Rules about what the functions may do."""

from reading import as_list, by_type, mappings, name_of

# What SAM puts on a role by itself: writing logs, and reading streams where the function has one.
LOGS = "service-role/AWSLambdaBasicExecutionRole"
STREAMS = "service-role/AWSLambdaDynamoDBExecutionRole"
STREAM_ACTIONS = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}


def roles(template):
    return by_type(template, "AWS::IAM::Role") + by_type(template, "AWS::IAM::Policy")


def statements(template):
    """(role, statement) of every permission given."""
    for role, resource in roles(template):
        properties = resource["Properties"]
        documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        for document in documents:
            for statement in as_list(document["Statement"]):
                if statement["Effect"] == "Allow":
                    yield role, statement


def policies_name_actions(template):
    for role, statement in statements(template):
        if "NotAction" in statement or "NotResource" in statement:
            yield role, f"{label(statement)} says what is not allowed instead of what is"
        for action in as_list(statement.get("Action", [])):
            if "*" in action:
                yield role, f"{label(statement)} allows {action}"


def policies_name_resources(template):
    for role, statement in statements(template):
        if "*" in as_list(statement.get("Resource", [])):
            yield role, f"{label(statement)} holds for every resource"


def policies_name_partitions(template):
    """A function reads and writes its own kinds of partitions. A stream has none."""
    for role, statement in statements(template):
        actions = {action for action in as_list(statement.get("Action", [])) if action.startswith("dynamodb:")}
        if actions - STREAM_ACTIONS and not leading_keys(statement):
            yield role, f"{label(statement)} has no condition on dynamodb:LeadingKeys"


def leading_keys(statement):
    """The partitions of a statement; nothing when one of them is any partition."""
    operators = [of for name, of in statement.get("Condition", {}).items() if name.startswith("ForAllValues:String")]
    keys = [key for of in operators for key in as_list(of.get("dynamodb:LeadingKeys", []))]
    return [] if any(key.strip("*") == "" for key in keys) else keys


def an_action_has_one_statement(template):
    """A transaction, or a batch, touches items of many kinds, and IAM may hold all its keys against one statement."""
    seen = set()
    for role, statement in statements(template):
        for action in as_list(statement.get("Action", [])):
            if action.startswith("dynamodb:") and action not in STREAM_ACTIONS:
                if (role, action) in seen:
                    yield role, f"{label(statement)} allows {action}, which another statement does too"
                seen.add((role, action))


def roles_have_no_other_policies(template):
    """A managed policy is somebody else's list of permissions."""
    reads_streams = {name_of(properties["FunctionName"]) for _, properties in mappings(template)}
    for function, resource in by_type(template, "AWS::Lambda::Function"):
        role = name_of(resource["Properties"]["Role"])
        allowed = {LOGS, STREAMS} if function in reads_streams else {LOGS}
        for policy in template["Resources"].get(role, {}).get("Properties", {}).get("ManagedPolicyArns", []):
            if not any(str(policy).endswith(f":policy/{name}") for name in allowed):
                yield role, f"has the managed policy {policy}"


def roles_are_not_shared(template):
    owners = {}
    for function, resource in by_type(template, "AWS::Lambda::Function"):
        role = name_of(resource["Properties"]["Role"])
        if role in owners or role is None:
            yield function, f"has no role of its own ({owners.get(role, 'from outside')})"
        owners[role] = function


def label(statement):
    return statement.get("Sid", "a statement")


POLICY_RULES = [
    policies_name_actions,
    policies_name_resources,
    policies_name_partitions,
    an_action_has_one_statement,
    roles_have_no_other_policies,
    roles_are_not_shared,
]
