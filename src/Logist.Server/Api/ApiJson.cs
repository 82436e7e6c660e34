using System.Text.Json;
using System.Text.Json.Serialization;
using Logist.Views;

namespace Logist.Server.Api;

/// <summary>How everything that is not written by hand becomes JSON and back: strict in what it takes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 64, AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = [typeof(ApiTime)])]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(SignInBody))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(MeDocument))]
[JsonSerializable(typeof(SignInLink))]
[JsonSerializable(typeof(JobChange))]
[JsonSerializable(typeof(JobResult))]
[JsonSerializable(typeof(RunBody))]
[JsonSerializable(typeof(StepBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(SuspendBody))]
[JsonSerializable(typeof(ResumeBody))]
[JsonSerializable(typeof(RerunBody))]
[JsonSerializable(typeof(ApproveBody))]
[JsonSerializable(typeof(RejectBody))]
[JsonSerializable(typeof(ResubmitBody))]
[JsonSerializable(typeof(ResolveBody))]
[JsonSerializable(typeof(CreateJobBody))]
[JsonSerializable(typeof(DispatchReadyBody))]
[JsonSerializable(typeof(DispatchResult))]
[JsonSerializable(typeof(RerunResult))]
[JsonSerializable(typeof(PartialRerunBody))]
[JsonSerializable(typeof(PartialRerunResult))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(NeedList))]
[JsonSerializable(typeof(IReadOnlyList<Need>))]
[JsonSerializable(typeof(IReadOnlyList<ApprovalDocument>))]
[JsonSerializable(typeof(IReadOnlyList<WorkflowRun>))]
[JsonSerializable(typeof(WorkflowRun))]
[JsonSerializable(typeof(ExecutionSummary))]
[JsonSerializable(typeof(IReadOnlyList<TaskDocument>))]
[JsonSerializable(typeof(TaskDocument))]
[JsonSerializable(typeof(TaskAudit))]
[JsonSerializable(typeof(IReadOnlyList<AttemptDocument>))]
[JsonSerializable(typeof(AttemptDocument))]
[JsonSerializable(typeof(DiffDocument))]
[JsonSerializable(typeof(AgentResponse))]
[JsonSerializable(typeof(LogIndex))]
[JsonSerializable(typeof(IReadOnlyList<EventDocument>))]
[JsonSerializable(typeof(AuditPageDocument))]
[JsonSerializable(typeof(IReadOnlyList<WorkflowTemplateDocument>))]
[JsonSerializable(typeof(WorkflowTemplateBody))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>With texts as readable as everywhere: only what JSON demands is escaped, and none of it becomes HTML.</summary>
    public static ApiJson Api { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, MaxDepth = 64, AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = { new ApiTime() }, Encoder = JsonText.Encoder,
    });
}

/// <summary>Times look the same in every answer, so that they can be compared as texts.</summary>
internal sealed class ApiTime : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(JsonText.Time(value));
}
