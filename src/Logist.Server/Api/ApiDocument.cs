using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Logist.Server.Api;

/// <summary><c>/openapi/v1.json</c>, made from the routes; a copy is committed, and a test compares.</summary>
internal static class ApiDocument
{
    public static void AddApiDocument(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            // What the description is made by: names and numbers as the answers have them.
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Api);
        });
        services.AddOpenApi("v1", options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Logist", Version = "1",
                    Description = "Jobs of AI coding agents: what runs, why it waits, what it cost, and how to run exactly what failed "
                        + "again.",
                };
                document.Servers = [];
                return Task.CompletedTask;
            });
        });
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapOpenApi("/openapi/{documentName}.json");
}
