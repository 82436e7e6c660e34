using System.Text;
using Logist.Agents;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Core.Workflows;
using Logist.Git;
using Logist.Stores;
using Logist.Views;
using Logist.Workflows;

namespace Logist.Engine;

/// <summary>What a new job is made of.</summary>
/// <param name="Params">Bound values of the workflow's parameters.</param>
public sealed record NewJob(WorkflowDefinition Workflow, IReadOnlyDictionary<string, string> Params, string Actor)
{
    /// <summary>Null: the workflow's name, then <c>-2</c>, <c>-3</c> ….</summary>
    public string? Name { get; init; }

    /// <summary>Null: the job starts from an empty tree.</summary>
    public SourceInfo? Source { get; init; }

    public string? BaseRef { get; init; }

    public decimal? BudgetUsd { get; init; }

    public string? Agent { get; init; }

    public string? Model { get; init; }

    /// <summary>Absolute path of the file that the workflow was read from.</summary>
    public string? WorkflowFile { get; init; }

    /// <summary>The same request made once more finds the job that it made; null: it is made once.</summary>
    public string? RequestId { get; init; }
}

/// <summary>Makes a job: its directory appears complete, with journal, compiled workflow and manifest, or not at all.</summary>
public static class JobCreation
{
    private const int NamesTried = 10_000;

    /// <returns>The new job's id.</returns>
    /// <exception cref="LogistException">Exists, InvalidWorkflow (an agent nobody knows), MissingTool, Storage.</exception>
    public static async Task<JobId> CreateAsync(EngineServices services, NewJob job, CancellationToken ct)
    {
        CheckAgents(services, job);
        if (job.Name is { } name)
        {
            var id = JobId.TryParse(name, out var given) ? given
                : throw new LogistException(ErrorKind.Usage, $"\"{name}\" is not a job id", $"ids match {Names.Pattern}");
            return await TryCreateAsync(services, id, job, ct) ? id
                : throw new LogistException(ErrorKind.Exists, $"a job named {id} exists already", null, $"logist job status {id}",
                    "choose another --name");
        }

        var stem = Slug(job.Workflow.Name);
        for (var n = 1; n < NamesTried; n++)
        {
            var id = JobId.Parse(n == 1 ? stem : $"{stem[..Math.Min(stem.Length, 56)]}-{n}");
            if ((job.RequestId is not null || !Exists(services, id)) && await TryCreateAsync(services, id, job, ct))
            {
                return id;
            }
        }

        throw new LogistException(ErrorKind.Exists, $"there are {NamesTried} jobs named {stem} already", null, "choose a --name");
    }

    private static async Task<bool> TryCreateAsync(EngineServices services, JobId id, NewJob job, CancellationToken ct)
    {
        if (job.RequestId is { } request && Exists(services, id))
        {
            return RequestOf(services, id) == request;
        }

        var stamp = new Stamp(services.Now, job.Actor, job.RequestId);
        var compiled = CompiledWorkflow.Write(job.Workflow);
        var created = new JobEvent.JobCreated(stamp, id.Value)
        {
            Description = job.Workflow.Description,
            Source = job.Source?.Root,
            BaseRef = job.BaseRef ?? job.Source?.Branch,
            BaseCommit = job.Source?.BaseCommit,
            ObjectFormat = job.Source?.ObjectFormat ?? "sha1",
            BudgetUsd = job.BudgetUsd,
            WorkflowFile = job.WorkflowFile,
        };
        var run = new JobEvent.RunCreated(stamp, 1, "run", CompiledWorkflow.Sha(compiled))
        {
            Workflow = job.Workflow, Params = job.Params, Agent = job.Agent, Model = job.Model,
        };
        var loaded = new LoadedJob();
        var events = Refusals.Accepted(Job.Decide(loaded.State, new JobCommand.Create(stamp, created, run)));
        foreach (var happened in events)
        {
            _ = loaded.Apply(happened);
        }

        var layout = services.LayoutOf(id);
        var result = await services.Store.CreateAsync(id, events, job.Workflow,
            position => ManifestDocument.Render(loaded.State, loaded.Recent, position.Offset, layout), ct);
        return result is AppendResult.Appended;
    }

    private static bool Exists(EngineServices services, JobId id) =>
        services.Store.Exists(id) || Directory.Exists(services.LayoutOf(id).Directory);

    /// <summary>The request that made a job; null: it is not known.</summary>
    private static string? RequestOf(EngineServices services, JobId id)
    {
        try
        {
            return services.Store.Read(id, 0).First().Event.By.CommandId;
        }
        catch (LogistException)
        {
            return null;
        }
    }

    /// <summary>Better now than after an hour: every agent that a step will need can be driven.</summary>
    private static void CheckAgents(EngineServices services, NewJob job)
    {
        var agents = new AgentCatalogue(services.OwnProgram);
        foreach (var step in job.Workflow.Steps)
        {
            if (step.IsAgent)
            {
                var name = step.Agent ?? job.Agent ?? throw new LogistException(ErrorKind.InvalidWorkflow, $"step {step.Id} names no agent",
                    null,
                    "add agent: to the step or to defaults:", "or give --agent");
                _ = agents.ResolveWorker(name, job.Workflow.Agents);
            }

            if (step.Review is { } review)
            {
                _ = agents.Resolve(review.Agent, job.Workflow.Agents);
            }
        }
    }

    private static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            _ = slug.Append(c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' ? c : '-');
        }

        var text = slug.ToString().TrimStart('-', '_');
        return text.Length == 0 ? "job" : text[..Math.Min(63, text.Length)];
    }
}
