using System.Text.Json;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Engine;
using Logist.Git;
using Logist.Server.Jobs;
using Logist.Workflows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <param name="WorkflowTemplateId">Name of a template; or <paramref name="Workflow"/>, inline</param>
/// <param name="Source">Path of a repository on the server's machine</param>
/// <param name="Start">Drive it at once, in the background</param>
internal sealed record CreateJobBody(string? WorkflowTemplateId = null, JsonElement? Workflow = null, string? JobId = null,
    IReadOnlyDictionary<string, string>? Params = null, string? Source = null, string? Base = null, string? Agent = null,
    string? Model = null, decimal? BudgetUsd = null, string? InitiatedBy = null, string? By = null, bool? Start = null, bool? Run = null);

/// <summary>New jobs: <c>POST /jobs</c>, and with their first run in mind <c>POST /workflow-runs</c>.</summary>
internal static class CreateEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/jobs", async (HttpContext http, ApiServices services) =>
        {
            var job = await CreateAsync(http, services, startByDefault: false);
            http.Response.Headers.Location = $"/jobs/{job.Id}";
            return Requests.Answer(job, StatusCodes.Status201Created);
        }).Described("createJob", "Registers a job").Accepts<CreateJobBody>("application/json")
            .Produces<JobResult>(StatusCodes.Status201Created).RefusesTakenNames();
        api.MapPost("/workflow-runs", async (HttpContext http, ApiServices services) =>
        {
            var job = await CreateAsync(http, services, startByDefault: true);
            http.Response.Headers.Location = $"/workflow-runs/{job.Id}.1";
            var run = WorkflowRun.Of(job, job.Runs[0], Templates.IdOf(services, job), services.Engine.Now);
            return Results.Json(run, ApiJson.Api.WorkflowRun, statusCode: StatusCodes.Status201Created);
        }).Described("createRun", "Registers a job and starts its first run").Accepts<CreateJobBody>("application/json")
            .Produces<WorkflowRun>(StatusCodes.Status201Created).RefusesTakenNames();
    }

    private static async Task<JobState> CreateAsync(HttpContext http, ApiServices services, bool startByDefault)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.CreateJobBody);
        var by = Requests.Stamp(http, services, body.InitiatedBy ?? body.By);
        if ((body.WorkflowTemplateId is null) == (body.Workflow is null))
        {
            throw InvalidRequestException.Of(new FieldError("/workflow_template_id",
                "give one of \"workflow_template_id\" and \"workflow\""));
        }

        var config = services.Options.Config();
        var source = Source(body);
        var (workflow, file) = Workflow(services, body, config, RoleInstructions.OfRepository(source?.Root));
        var values = Params.Bind(workflow, [.. (body.Params ?? new Dictionary<string, string>(StringComparer.Ordinal))
            .Select(pair => $"{pair.Key}={pair.Value}")]).OrThrow();
        var id = await JobCreation.CreateAsync(services.Options.EngineNow(), new NewJob(workflow, values, by.Actor)
        {
            Name = body.JobId, Source = source, BaseRef = body.Base, BudgetUsd = body.BudgetUsd, Agent = body.Agent ?? config.Agent,
            Model = body.Model ?? config.Model, WorkflowFile = file, RequestId = Idempotency.Key(http) is null ? null : by.CommandId,
        }, CancellationToken.None);
        var job = (await LoadedJob.LoadAsync(services.Store, id, CancellationToken.None)).State;
        if (body.Start ?? body.Run ?? startByDefault)
        {
            _ = services.Driver.StartAsync(id, new Promise(id.Value, job.Epoch));
        }

        return job;
    }

    private static SourceInfo? Source(CreateJobBody body)
    {
        if (body.Source is null)
        {
            return body.Base is null ? null
                : throw InvalidRequestException.Of(new FieldError("/base", "\"base\" needs a \"source\""));
        }

        return Path.IsPathFullyQualified(body.Source) && SourceRepository.Inspect(body.Source, body.Base) is { } source ? source
            : throw InvalidRequestException.Of(new FieldError("/source",
                "\"source\" is the absolute path of a git repository on this machine"));
    }

    private static (WorkflowDefinition Workflow, string? File) Workflow(ApiServices services, CreateJobBody body,
        ConfigFile config, Instructions instructions)
    {
        if (body.Workflow is { } inline)
        {
            return (WorkflowFile.Parse(inline.GetRawText(), Templates.PathOf(services, "inline"), config, body.Agent, body.Model,
                instructions).OrThrow(), null);
        }

        var file = Templates.PathOf(services, body.WorkflowTemplateId!);
        return (WorkflowFile.Load(file, config, body.Agent, body.Model, instructions).OrThrow(), file);
    }
}
