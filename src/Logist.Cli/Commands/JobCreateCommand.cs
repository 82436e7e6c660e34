using Logist.Core;
using Logist.Core.Workflows;
using Logist.Engine;
using Logist.Git;
using Logist.Workflows;

namespace Logist.Cli.Commands;

internal static class JobCreateCommand
{
    internal sealed record Options(string? Workflow, string? Name, string[] Params, string? Review, string? Source, string? Base,
        string? Prompt, string? PromptFile, string? Agent, string? Model, decimal? BudgetUsd, bool Run);

    public static CliCommand Build()
    {
        var workflow = Cli.Options.Optional("workflow", "workflow file, or a directory with one workflow.yaml, .yml or .json");
        var name = Cli.Options.Value("--name", "job", "the job's id (default: the workflow's name, then -2, -3 …)");
        var param = Cli.Options.Many("--param", "k=v", "value of a parameter that the workflow declares; may be repeated");
        var review = Cli.Options.Value("--review", "agent", "with --prompt: this agent reviews the work");
        var source = Cli.Options.Value("--source", "repo", "repository to start from (default: the one around the current directory)");
        var @base = Cli.Options.Value("--base", "ref", "branch, tag or commit to start from (default: what is checked out)");
        var prompt = Cli.Options.Value("--prompt", "text", "a job with one step that does this");
        var promptFile = Cli.Options.Value("--prompt-file", "file", "the same, from a file");
        var agent = Cli.Options.Value("--agent", "agent", "for agent steps that name none");
        var model = Cli.Options.Value("--model", "model", "for agent steps that name none");
        var budget = Cli.Options.Value("--budget-usd", "n", "stop starting agents when this much was spent");
        var run = Cli.Options.Flag("--run", "run it at once");
        return new CliCommand("create", "Registers a job, selects it and prints its id.")
        {
            Arguments = { workflow },
            Options = { name, param, review, source, @base, prompt, promptFile, agent, model, budget, run },
            Remarks = "Uncommitted changes of the source are not part of the job. Your checkout is never written.",
            Examples = ["logist job create .logist/workflows/hello.yaml", "logist job create fix.yaml --param issue=42 --run",
                "logist job create --prompt \"Fix the typo in README\" --agent mine"],
            Execute = (session, parse, ct) =>
                ExecuteAsync(session, new Options(parse.GetValue(workflow), parse.GetValue(name), parse.GetValue(param) ?? [],
                parse.GetValue(review), parse.GetValue(source), parse.GetValue(@base), parse.GetValue(prompt), parse.GetValue(promptFile),
                parse.GetValue(agent),
                parse.GetValue(model), Cli.Options.Money("--budget-usd", parse.GetValue(budget)), parse.GetValue(run)), ct),
        };
    }

    private static async Task<int> ExecuteAsync(Session session, Options options, CancellationToken ct)
    {
        CheckUsage(options);
        var source = Source(session, options);
        var workflow = Workflow(session, options, RoleInstructions.OfRepository(source?.Root));
        var values = Params.Bind(workflow, options.Params).OrThrow();
        if (source is { Uncommitted: > 0 and var count })
        {
            session.Terminal.WriteWarning(
                $"{count} uncommitted {(count == 1 ? "file" : "files")} in {source.Root} {(count == 1 ? "is" : "are")} not part of the "
                    + "job");
        }

        var config = session.Config();
        var id = await JobCreation.CreateAsync(Drive.Services(session), new NewJob(workflow, values, Drive.Who(session, null))
        {
            Name = options.Name, Source = source, BaseRef = options.Base, BudgetUsd = options.BudgetUsd,
            Agent = options.Agent ?? config.Agent, Model = options.Model ?? config.Model,
            WorkflowFile = options.Workflow is { } file ? session.Surroundings.Absolute(file) : null,
        }, ct);
        await session.Jobs!.SelectAsync(id, ct);
        _ = session.Jobs.RemoveUnfinished(session.Surroundings.Time);
        if (session.Globals.Json)
        {
            session.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("schema", "logist.created/v1");
                json.WriteString("job_id", id.Value);
                json.WriteString("directory", session.LayoutOf(id).Directory);
                json.WriteEndObject();
            });
        }
        else
        {
            session.Terminal.WriteLines([id.Value]);
        }

        return options.Run ? await Drive.RunAsync(session, id, new RunOptions(), null) : ExitCode.Ok;
    }

    private static void CheckUsage(Options options)
    {
        var prompts = (options.Prompt is null ? 0 : 1) + (options.PromptFile is null ? 0 : 1);
        if (prompts + (options.Workflow is null ? 0 : 1) != 1)
        {
            throw new LogistException(ErrorKind.Usage, "give one of: a workflow file, --prompt, --prompt-file", null,
                "logist job create <workflow-file>", "logist job create --prompt \"…\" --agent <agent>");
        }

        if (options.Review is not null && prompts == 0)
        {
            throw new LogistException(ErrorKind.Usage, "--review goes with --prompt", "in a workflow file, review: belongs to the step");
        }
    }

    private static WorkflowDefinition Workflow(Session session, Options options, Instructions instructions)
    {
        var config = session.Config();
        if (options.Workflow is { } file)
        {
            return WorkflowFile.Load(session.Surroundings.Absolute(file), config, options.Agent, options.Model, instructions).OrThrow();
        }

        var prompt = options.Prompt ?? PromptText(session.Surroundings.Absolute(options.PromptFile!));
        return PromptWorkflow.Create(prompt, options.Agent ?? config.Agent, options.Model ?? config.Model, options.Review, config,
            instructions);
    }

    private static string PromptText(string path)
    {
        var (text, wrong) = TextFile.Read(path, WorkflowShape.MaxTextFileBytes);
        return text ?? throw new LogistException(ErrorKind.Usage, $"{path} {wrong}", null, "give --prompt-file a text file");
    }

    private static SourceInfo? Source(Session session, Options options)
    {
        var directory = options.Source is { } given ? session.Surroundings.Absolute(given) : session.Surroundings.CurrentDirectory();
        var source = directory is null ? null : SourceRepository.Inspect(directory, options.Base);
        return source is null && options.Source is not null
            ? throw new LogistException(ErrorKind.Usage, $"{directory} is not in a git repository", null,
                "git init there, or leave --source out to start from nothing")
            : source is null && options.Base is not null
            ? throw new LogistException(ErrorKind.Usage, "--base needs a source repository", $"{directory} is not in a git repository",
                "add --source <repo>")
            : source;
    }
}
