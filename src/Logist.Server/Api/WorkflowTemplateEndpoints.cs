using System.Text;
using Logist.Core;
using Logist.Core.Workflows;
using Logist.Files;
using Logist.Server.Jobs;
using Logist.Views;
using Logist.Workflows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Logist.Server.Api;

/// <summary>A workflow that jobs can be made of by name.</summary>
/// <param name="Outcomes">The latest 20 runs, newest first.</param>
/// <param name="SuccessRate">Of those that ended, 0 to 1; null: none ended.</param>
/// <param name="MedianCostUsd">Of those whose cost is known; null: of none.</param>
internal sealed record WorkflowTemplateDocument(string Id, string Name, string? Description, string Path, IReadOnlyList<TemplateStep> Steps,
    IReadOnlyList<TemplateParam> Params, IReadOnlyList<TemplateProblem> Problems, IReadOnlyList<TemplateOutcome> Outcomes,
    double? SuccessRate, decimal? MedianCostUsd);

internal sealed record TemplateStep(string Id, IReadOnlyList<string> Needs, [OneOf(Words.StepKind)] string Kind, string? Agent,
    string Title, bool Approval);

/// <param name="Type">Always <c>text</c>.</param>
internal sealed record TemplateParam(string Name, string Type, string? Default, bool Required, string? Description);

/// <param name="Line">From 1; 0: the file as a whole.</param>
internal sealed record TemplateProblem(int Line, int Column, string Text);

internal sealed record TemplateOutcome(string JobId, string RunId, [OneOf(Words.RunStatus)] string Status, DateTimeOffset At);

internal sealed record WorkflowTemplateBody(string? Name = null, string? Yaml = null);

/// <summary>The <c>*.yaml</c> files of <c>workflows/</c> in the home.</summary>
internal static class WorkflowTemplateEndpoints
{
    private const int OutcomesShown = 20;

    private static readonly Lock Saving = new();

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/workflow-templates", ListAsync)
            .Described("listWorkflowTemplates", "Workflows that jobs can be made of, and how they went")
            .Produces<IReadOnlyList<WorkflowTemplateDocument>>();
        api.MapPost("/workflow-templates", SaveAsync)
            .Described("createWorkflowTemplate", "Adds a workflow; a name that is taken stays what it is")
            .Accepts<WorkflowTemplateBody>("application/json").Produces<WorkflowTemplateDocument>(StatusCodes.Status201Created)
            .RefusesTakenNames();
    }

    private static async Task<IResult> ListAsync(HttpContext http, ApiServices services)
    {
        var directory = Templates.Directory(services);
        var files = Directory.Exists(directory) ? Directory.GetFiles(directory) : [];
        var ids = files.Where(File.Exists).Select(file => Templates.IdOf(services, file)).OfType<string>().Order(StringComparer.Ordinal)
            .ToList();
        var outcomes = ids.Count == 0 ? Enumerable.Empty<RunOutcome>().ToLookup(_ => "")
            : await services.Outcomes.ReadAsync(http.RequestAborted);
        var config = services.Options.Config();
        return Results.Json([.. ids.Select(id => Read(id, Templates.PathOf(services, id), config, outcomes))],
            ApiJson.Api.IReadOnlyListWorkflowTemplateDocument);
    }

    private static WorkflowTemplateDocument Read(string id, string file, ConfigFile config, ILookup<string, RunOutcome> outcomes) =>
        Of(id, file, WorkflowFile.Load(file, config), [.. outcomes[file].Take(OutcomesShown)]);

    private static WorkflowTemplateDocument Of(string id, string file, CompileResult compiled, IReadOnlyList<RunOutcome> runs)
    {
        var workflow = compiled.Workflow;
        var ended = runs.Where(run => run.Status is "success" or "failed" or "aborted").ToList();
        var costs = runs.Select(run => run.CostUsd).OfType<decimal>().Order().ToList();
        return new WorkflowTemplateDocument(id, workflow?.Name ?? id, workflow?.Description, file,
            [.. (workflow?.Steps ?? []).Select(Step)], [.. Params(workflow)],
            [.. compiled.Problems.Select(problem => new TemplateProblem(problem.Line, problem.Column, Text(problem)))],
            [.. runs.Select(run => new TemplateOutcome(run.JobId, run.RunId, run.Status, run.At))],
            ended.Count == 0 ? null : Math.Round((double)ended.Count(run => run.Status == "success") / ended.Count, 4),
            costs.Count == 0 ? null : (costs[(costs.Count - 1) / 2] + costs[costs.Count / 2]) / 2);
    }

    private static TemplateStep Step(StepDefinition step) => new(step.Id, step.Needs,
        StepKind.Of(step), step.Agent, step.Title ?? step.Id, step.Approval is not null);

    private static IEnumerable<TemplateParam> Params(WorkflowDefinition? workflow) => (workflow?.Params ?? new Dictionary<string,
        ParamDefinition>()).Select(param => new TemplateParam(param.Key, "text", param.Value.Default, param.Value.Required,
            param.Value.Description));

    private static string Text(Diagnostic problem) => problem.Hint is null ? problem.Message : $"{problem.Message} ({problem.Hint})";

    private static async Task<IResult> SaveAsync(HttpContext http, ApiServices services)
    {
        var body = await RequestBody.ReadAsync(http, ApiJson.Api.WorkflowTemplateBody);
        var name = Names.IsValid(body.Name) ? body.Name
            : throw InvalidRequestException.Of(new FieldError("/name", $"\"name\" matches {Names.Pattern}"));
        var yaml = body.Yaml ?? throw InvalidRequestException.Of(new FieldError("/yaml", "\"yaml\" is the text of the workflow"));
        var file = Templates.PathOf(services, name);
        OwnFiles.MakeDirectory(Path.GetDirectoryName(file)!);
        var compiled = WorkflowFile.Parse(yaml, file, services.Options.Config(), null, null, Instructions.BuiltIn);
        if (compiled.Workflow is null)
        {
            throw new InvalidRequestException(new Problem(ErrorKind.InvalidWorkflow, "this is not a workflow that can run"),
                [.. compiled.Problems.Select(problem => new FieldError("/yaml", $"{problem.Line}:{problem.Column}: {Text(problem)}"))]);
        }

        lock (Saving)
        {
            if (Path.Exists(file))
            {
                throw new LogistException(ErrorKind.Exists, $"there is a workflow named {name}", file,
                    "choose another name, or edit that file");
            }

            Durable.Replace(file, Encoding.UTF8.GetBytes(yaml));
        }

        http.Response.Headers.Location = "/workflow-templates";
        return Results.Json(Of(name, file, compiled, []), ApiJson.Api.WorkflowTemplateDocument, statusCode: StatusCodes.Status201Created);
    }
}
