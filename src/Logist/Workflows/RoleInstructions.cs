using Logist.Core;
using Logist.Core.Workflows;

namespace Logist.Workflows;

/// <summary>
/// Who the worker and the supervisor are told to be: the workflow's own words, else the repository's, else the built-in ones. All
/// of them are read when a workflow is compiled, so that an agent cannot rewrite what it or its supervisor is told later.
/// </summary>
public static class RoleInstructions
{
    /// <summary>Relative to the top of the source repository's working directory.</summary>
    internal const string WorkerFile = ".logist/prompts/worker.md", SupervisorFile = ".logist/prompts/supervisor.md";

    /// <summary>The repository's, from its working directory as it is now, like the workflow file beside them.</summary>
    /// <param name="sourceRoot">Null: the job has no source repository.</param>
    /// <exception cref="LogistException">InvalidWorkflow: a file is there and cannot be used.</exception>
    public static Instructions OfRepository(string? sourceRoot) => sourceRoot is null ? Instructions.BuiltIn
        : new Instructions(Read(sourceRoot, WorkerFile), Read(sourceRoot, SupervisorFile));

    internal static Instructions Compile(Node? own, Instructions repository, string folder, Diagnostics problems)
    {
        return new Instructions(Of("worker") ?? repository.Worker, Of("supervisor") ?? repository.Supervisor);

        string? Of(string role)
        {
            var (text, file) = (own?[role], own?[role + "_file"]);
            if (text is not null && file is not null)
            {
                problems.Error(own!.KeyOf(role + "_file"), $"instructions: {role} and {role}_file exclude each other", "remove one");
            }

            TemplateCheck.Refuse(text, "instructions", problems);
            return text?.Text ?? (file is null ? null : AgentDeclarations.ReadBeside(file, folder, problems)?.Text);
        }
    }

    private static string? Read(string root, string name)
    {
        var path = Path.Combine(root, name);
        if (!Path.Exists(path))
        {
            return null;
        }

        var (text, wrong) = TextFile.Read(path, WorkflowShape.MaxTextFileBytes, within: root);
        wrong ??= string.IsNullOrWhiteSpace(text) ? "is empty" : null;
        return wrong is null ? text
            : throw new LogistException(ErrorKind.InvalidWorkflow, $"{path} {wrong}", "it says what agents are told of their role",
                "mend it or remove it");
    }
}
