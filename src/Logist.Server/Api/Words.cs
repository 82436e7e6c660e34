using System.Reflection;
using System.Runtime.CompilerServices;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Reruns;
using Logist.Git;
using Logist.Stores;
using Logist.Views;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Server.Api;

/// <summary>This text, or each of this list or every key of this map, is a word of a set.</summary>
/// <param name="set">Its name in <see cref="Words"/>, and in the API's description.</param>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class OneOfAttribute(string set) : Attribute
{
    public string Set { get; } = set;
}

/// <summary>
/// Every closed set of words, taken from the code that makes or reads them: the description names them, requests are checked by them.
/// </summary>
internal static class Words
{
    public const string JobStatus = "JobStatus", ListedJobStatus = "ListedJobStatus", StepStatus = "StepStatus", TaskStatus = "TaskStatus",
        RunStatus = "RunStatus", RunTrigger = "RunTrigger", AttemptStatus = "AttemptStatus", AttemptKind = "AttemptKind",
        StepKind = "StepKind", AgentRole = "AgentRole", AgentAction = "AgentAction", FailureCategory = "FailureCategory",
        EventType = "EventType", ProducerRole = "ProducerRole", PlanKind = "PlanKind", PlanAction = "PlanAction",
        PlanWarningCode = "PlanWarningCode", RestepInput = "RestepInput", WorkflowText = "WorkflowText", RejectThen = "RejectThen",
        ResolveOutcome = "ResolveOutcome", NeedKind = "NeedKind", NeedAction = "NeedAction", ChangeStatus = "ChangeStatus",
        WaitKind = "WaitKind", LoginState = "LoginState", JobSort = "JobSort", PromptPart = "PromptPart", LogFormat = "LogFormat",
        ErrorCode = "ErrorCode";

    private static readonly string[] JobWords = [.. JobStatuses.All.Select(status => status.Text())];

    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> All { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [JobStatus] = JobWords,
        [ListedJobStatus] = [.. JobWords, JobRow.Damaged],
        [StepStatus] = [.. Enum.GetValues<TaskStatus>().Select(status => status.Phase()).Distinct()],
        [TaskStatus] = PhaseDocument.TaskWords,
        [RunStatus] = ManifestDocument.RunStatuses,
        [RunTrigger] = ConstantsOf(typeof(RunTrigger)),
        [AttemptStatus] = LowerNamesOf<AttemptStatus>(),
        [AttemptKind] = [.. Enum.GetValues<AttemptKind>().Select(EventJson.NameOf)],
        [StepKind] = ConstantsOf(typeof(StepKind)),
        [AgentRole] = LowerNamesOf<AgentRole>(),
        [AgentAction] = [.. Enum.GetValues<AnswerAction>().Select(Answer.Text)],
        [FailureCategory] = ConstantsOf(typeof(FailureCategory)),
        [EventType] = [.. typeof(JobEvent).GetNestedTypes().Select(type =>
            EventJson.NameOf((JobEvent)RuntimeHelpers.GetUninitializedObject(type))).Order(StringComparer.Ordinal)],
        [ProducerRole] = ConstantsOf(typeof(ProducerRole)),
        [PlanKind] = ConstantsOf(typeof(PlanKind)),
        [PlanAction] = [.. Enum.GetNames<PlanAction>().Select(name => name.ToUpperInvariant())],
        [PlanWarningCode] = ConstantsOf(typeof(PlanWarning)),
        [RestepInput] = LowerNamesOf<RestepInput>(),
        [WorkflowText] = ["pinned", "current"],
        [RejectThen] = ["stop", "rerun"],
        [ResolveOutcome] = ["success", "failed"],
        [NeedKind] = ConstantsOf(typeof(NeedKind)),
        [NeedAction] = ConstantsOf(typeof(NeedAction)),
        [ChangeStatus] = ConstantsOf(typeof(ChangeStatus)),
        [WaitKind] = ConstantsOf(typeof(WaitKind)),
        [LoginState] = ConstantsOf(typeof(LoginState)),
        [JobSort] = ConstantsOf(typeof(JobCursor)),
        [PromptPart] = [LogPart.Worker, LogPart.Review],
        [LogFormat] = ["text", "raw"],
        [ErrorCode] = [.. ErrorKind.All.Select(kind => kind.Code)],
    };

    /// <summary>Of a request's member.</summary>
    /// <returns>Null: it is one of the set, or not given.</returns>
    public static FieldError? Wrong(string pointer, string? value, string set) => value is null || All[set].Contains(value) ? null
        : new FieldError(pointer, $"\"{pointer[1..]}\" is {string.Join(", ", All[set].SkipLast(1))} or {All[set][^1]}");

    /// <exception cref="InvalidRequestException">One is not of its set.</exception>
    public static void Check(params (string Pointer, string? Value, string Set)[] members)
    {
        var wrong = members.Select(member => Wrong(member.Pointer, member.Value, member.Set)).OfType<FieldError>().ToArray();
        if (wrong.Length > 0)
        {
            throw InvalidRequestException.Of(wrong);
        }
    }

    private static IReadOnlyList<string> LowerNamesOf<T>() where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];

    private static IReadOnlyList<string> ConstantsOf(Type type) => [.. type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];
}
