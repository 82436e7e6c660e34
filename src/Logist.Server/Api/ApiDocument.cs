using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Logist.Core;
using Logist.Server.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Logist.Server.Api;

/// <summary><c>/openapi/v1.json</c>, made from the routes; a copy is committed, and a test compares.</summary>
internal static class ApiDocument
{
    private const string Problem = "Problem", Token = "token", Cookie = "cookie";

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
            options.CreateSchemaReferenceId = NameOf;
            options.AddSchemaTransformer(WordSchemas.MarkAsync);
            options.AddOperationTransformer(CompleteAsync);
            options.AddDocumentTransformer(IntroduceAsync);
            options.AddDocumentTransformer(WordSchemas.NameAsync);
        });
    }

    public static void Map(IEndpointRouteBuilder api) => api.MapOpenApi("/openapi/{documentName}.json");

    /// <summary>
    /// Users know no types of ours: <c>JobDocument</c> is a Job, <c>RerunBody</c> a RerunRequest. The ends keep apart what the domain has
    /// under the same name.
    /// </summary>
    private static string? NameOf(JsonTypeInfo type)
    {
        var name = OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        return name is null || type.Type == typeof(JsonElement) ? null
            : name.EndsWith("Document", StringComparison.Ordinal) ? name[..^"Document".Length]
            : name.EndsWith("Body", StringComparison.Ordinal) ? $"{name[..^"Body".Length]}Request" : name;
    }

    private static Task IntroduceAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Logist", Version = "1",
            Description = "Jobs of AI coding agents: what runs, why it waits, what it cost, and how to run exactly what failed again.",
        };
        document.Servers = [];
        document.Tags = document.Paths.Keys.Select(TagOf).Distinct().Select(tag => new OpenApiTag { Name = tag }).ToHashSet();
        (document.Components ??= new OpenApiComponents()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Token] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The token of server.json.",
            },
            [Cookie] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = AccessCheck.Cookie,
                Description = "Of POST /session.",
            },
        };
        document.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Cookie, document)] = [] },
        ];
        return Task.CompletedTask;
    }

    private static Task CompleteAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var path = $"/{context.Description.RelativePath}";
        operation.Tags = new HashSet<OpenApiTagReference> { new(TagOf(path), context.Document) };
        if (path == SessionEndpoints.Path && HttpMethods.IsPost(context.Description.HttpMethod!))
        {
            operation.Security = [];
        }

        foreach (var (status, response) in operation.Responses!)
        {
            if (response.Content?.ContainsKey("application/problem+json") == true)
            {
                var kinds = ErrorKind.All.Where(kind => $"{kind.Http}" == status).Select(kind => $"{kind.Code} {kind.Title}").ToList();
                response.Description = kinds.Count == 0 ? response.Description : string.Join("; ", kinds);
            }
        }

        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Whatever else went wrong: damaged data, storage, an error of our own",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(Problem, context.Document) },
            },
        };
        var sorted = operation.Responses.OrderBy(response => response.Key, StringComparer.Ordinal).ToList();
        operation.Responses.Clear();
        sorted.ForEach(response => operation.Responses.Add(response.Key, response.Value));
        AddHeader(operation, "If-Match", operation.Responses.ContainsKey("412"), "Refused when it is no longer what was looked at");
        AddHeader(operation, "If-None-Match", operation.Responses.ContainsKey("304"), "304 while it is still what the caller has");
        AddHeader(operation, "Idempotency-Key", operation.Responses.ContainsKey("409"), "Asked again with the same key, it is done once");
        return Task.CompletedTask;
    }

    private static string TagOf(string path) => path.Split('/')[1];

    private static void AddHeader(OpenApiOperation operation, string name, bool has, string description)
    {
        if (has)
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = name, In = ParameterLocation.Header, Description = description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }
}
