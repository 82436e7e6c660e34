using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

internal sealed record HealthDocument(string Status, string Version, HealthJobs Jobs);

internal sealed record HealthJobs(int Total, int Driven, int WaitingForSlot);

internal sealed record MeDocument(string User, string Version, string JobsDir, bool ReadOnly, int MaxJobs, DateTimeOffset StartedAt);

internal sealed record SignInLink(string Url);

/// <summary>About the server itself.</summary>
internal static class ServerEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/health", Health).Described("getHealth", "Whether the server works, and how many jobs it drives")
            .Produces<HealthDocument>();
        api.MapGet("/me", Me).Described("getMe", "Whose server it is and what it is").Produces<MeDocument>();
        api.MapPost("/session-links", NewLink).Described("createSignInLink", "A link that signs one browser in, once")
            .Produces<SignInLink>();
    }

    private static IResult Health(ApiServices services) => Results.Json(new HealthDocument("ok", services.Options.Version,
        new HealthJobs(Stores.JobsDirectory.List(services.Store.JobsDirectory).Count, services.Driver.Driven,
            services.Driver.WaitingForSlot)), ApiJson.Api.HealthDocument);

    private static IResult Me(ApiServices services)
    {
        var options = services.Options;
        return Results.Json(new MeDocument(options.User, options.Version, services.Store.JobsDirectory, options.ReadOnly, options.MaxJobs,
            services.StartedAt), ApiJson.Api.MeDocument);
    }

    private static IResult NewLink(HttpContext http, ApiServices services) => Results.Json(
        new SignInLink($"http://{http.Request.Host}/ui/#code={services.Codes.New()}"), ApiJson.Api.SignInLink);
}
