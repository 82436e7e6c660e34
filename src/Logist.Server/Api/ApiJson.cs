using System.Text.Json.Serialization;

namespace Logist.Server.Api;

/// <summary>How everything that is not written by hand becomes JSON and back: strict in what it takes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, MaxDepth = 64, AllowDuplicateProperties = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
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
internal sealed partial class ApiJson : JsonSerializerContext;
