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
internal sealed partial class ApiJson : JsonSerializerContext;
