using System.Text.Json;
using System.Text.Json.Serialization;
using Logist.Views;

namespace Logist.Server.Api;

/// <summary>How everything that is not written by hand becomes JSON and back: strict in what it takes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 64, AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = [typeof(ApiTime)])]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(SessionRequest))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(MeDocument))]
[JsonSerializable(typeof(LinkDocument))]
[JsonSerializable(typeof(JobNews))]
[JsonSerializable(typeof(JobResult))]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(ByRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(SuspendRequest))]
[JsonSerializable(typeof(ResumeRequest))]
[JsonSerializable(typeof(RerunRequestBody))]
[JsonSerializable(typeof(ApproveRequest))]
[JsonSerializable(typeof(RejectRequest))]
[JsonSerializable(typeof(ResubmitRequest))]
[JsonSerializable(typeof(ResolveRequest))]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(DispatchBody))]
[JsonSerializable(typeof(DispatchResult))]
[JsonSerializable(typeof(BegunShape))]
[JsonSerializable(typeof(PartialRerunBody))]
[JsonSerializable(typeof(PartialRerunResult))]
[JsonSerializable(typeof(JobsDocument))]
[JsonSerializable(typeof(JobDocument))]
[JsonSerializable(typeof(NeedsDocument))]
[JsonSerializable(typeof(IReadOnlyList<Need>))]
[JsonSerializable(typeof(IReadOnlyList<ApprovalRow>))]
[JsonSerializable(typeof(IReadOnlyList<RunRecord>))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RunAggregate))]
[JsonSerializable(typeof(IReadOnlyList<TaskRecord>))]
[JsonSerializable(typeof(TaskRecord))]
[JsonSerializable(typeof(TaskAuditDocument))]
[JsonSerializable(typeof(IReadOnlyList<AttemptDocument>))]
[JsonSerializable(typeof(AttemptDocument))]
[JsonSerializable(typeof(DiffDocument))]
[JsonSerializable(typeof(ResponseDocument))]
[JsonSerializable(typeof(LogIndexDocument))]
[JsonSerializable(typeof(IReadOnlyList<EventRecord>))]
[JsonSerializable(typeof(AuditDocument))]
[JsonSerializable(typeof(IReadOnlyList<TemplateDocument>))]
[JsonSerializable(typeof(TemplateRequest))]
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
