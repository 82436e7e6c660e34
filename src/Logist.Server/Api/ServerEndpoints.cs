using Logist.Agents;
using Logist.Diagnosis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

internal sealed record HealthDocument(string Status, string Version, HealthJobs Jobs);

internal sealed record HealthJobs(int Total, int Driven, int WaitingForSlot);

/// <param name="Agents">Null: it was not asked for.</param>
internal sealed record MeDocument(string User, string Version, string JobsDir, bool ReadOnly, int MaxJobs, DateTimeOffset StartedAt,
    IReadOnlyList<AgentDocument>? Agents = null);

/// <summary>What was found of an agent on the server's machine.</summary>
/// <param name="Login">Looked for, not tried.</param>
/// <param name="Problem">Null: it can be used.</param>
/// <param name="Fix">What helps.</param>
internal sealed record AgentDocument(string Name, bool Found, string? Version, [OneOf(Words.LoginState)] string Login, string? Problem,
    string? Fix)
{
    public static AgentDocument Of(Check check) => new(check.Agent?.Provider ?? check.Name["agent ".Length..],
        check.Agent is { Path: not null } || (check.Agent is null && check.Level == Level.Ok), check.Agent?.Version,
        check.Agent is not { } facts ? LoginState.Unknown : facts.Login is null ? LoginState.Missing : LoginState.Ok,
        check.Level == Level.Ok ? null : check.Text, check.Fix);
}

internal static class LoginState
{
    public const string Ok = "ok";
    public const string Missing = "missing";
    public const string Unknown = "unknown";
}

internal sealed record SignInLink(string Url);

/// <summary>About the server itself.</summary>
internal static class ServerEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/health", Health).Described("getHealth", "Whether the server works, and how many jobs it drives")
            .Produces<HealthDocument>();
        api.MapGet("/me", MeAsync)
            .Described("getMe", "Whose server it is and what it is; agents=true looks for agents, which takes seconds")
            .Produces<MeDocument>();
        api.MapPost("/session-links", NewLink).Described("createSignInLink", "A link that signs one browser in, once")
            .Produces<SignInLink>();
    }

    private static IResult Health(ApiServices services) => Results.Json(new HealthDocument("ok", services.Options.Version,
        new HealthJobs(Stores.JobsDirectory.List(services.Store.JobsDirectory).Count, services.Driver.Driven,
            services.Driver.WaitingForSlot)), ApiJson.Api.HealthDocument);

    private static async Task<IResult> MeAsync(HttpContext http, ApiServices services, bool? agents)
    {
        var (options, engine) = (services.Options, services.Engine);
        var checks = agents != true ? null : await AgentChecks.RunAsync(engine.Versions ?? new ProgramVersions(options.Home, engine.Time),
            name => engine.Environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null, options.Config(),
            http.RequestAborted);
        return Results.Json(new MeDocument(options.User, options.Version, services.Store.JobsDirectory, options.ReadOnly, options.MaxJobs,
            services.StartedAt,
            checks?.Select(AgentDocument.Of).ToList()), ApiJson.Api.MeDocument);
    }

    private static IResult NewLink(HttpContext http, ApiServices services) => Results.Json(
        new SignInLink($"http://{http.Request.Host}/ui/#code={services.Codes.New()}"), ApiJson.Api.SignInLink);
}
