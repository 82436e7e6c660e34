using Logist.Core;
using Logist.Core.Workflows;
using Logist.Workflows;

namespace Logist.Tests.Workflows;

public sealed class RoleInstructionTests : IDisposable
{
    private const string Steps = "steps:\n  a: { run: x }\n";

    private readonly WorkflowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private CompileResult Load(string text, Instructions? repository = null) =>
        WorkflowFile.Load(_folder.Put("w.yaml", text), instructions: repository);

    [Fact]
    public void The_workflows_words_come_before_the_repositorys_before_the_built_in_ones()
    {
        _ = _folder.Put("judge.md", "Be strict.\n");
        var repository = new Instructions("of the repository", "also of it");
        Load(Steps).Workflow!.Instructions.ShouldBe(Instructions.BuiltIn);
        Load(Steps, repository).Workflow!.Instructions.ShouldBe(repository);
        Load($"instructions: {{ worker: Be brief. }}\n{Steps}", repository).Workflow!.Instructions
            .ShouldBe(new Instructions("Be brief.", "also of it"));
        Load($"instructions: {{ supervisor_file: judge.md }}\n{Steps}").Workflow!.Instructions
            .ShouldBe(new Instructions(null, "Be strict.\n"));
        PromptWorkflow.Create("x", "claude", null, null, null, repository).Instructions.ShouldBe(repository);
    }

    [Theory]
    [InlineData("worker: a, worker_file: judge.md", "1:28 instructions: worker and worker_file exclude each other (remove one)")]
    [InlineData("worker_file: none.md", "cannot be read")]
    [InlineData("worker_file: /etc/hostname", "lies outside the folder")]
    [InlineData("worker: \"Fix ${{ params.x }}\"", "${{ }} is not replaced in instructions")]
    [InlineData("reviewer: x", "1:17 instructions: unknown key \"reviewer\"")]
    [InlineData("worker: \"\"", "1:25 instructions.worker: expected text, found empty text")]
    public void What_cannot_be_used_is_named(string instructions, string problem)
    {
        _ = _folder.Put("judge.md", "x");
        _folder.Problems($"instructions: {{ {instructions} }}\n{Steps}").ShouldHaveSingleItem().ShouldContain(problem);
    }

    [Fact]
    public void A_repositorys_files_are_read_as_they_are()
    {
        RoleInstructions.OfRepository(null).ShouldBe(Instructions.BuiltIn);
        RoleInstructions.OfRepository(_folder.Root).ShouldBe(Instructions.BuiltIn);
        RoleInstructions.OfRepository(Path.Combine(_folder.Root, "gone")).ShouldBe(Instructions.BuiltIn);
        _ = _folder.Put(".logist/prompts/worker.md", "\uFEFFUse ${{ x }} as it stands.\n");
        RoleInstructions.OfRepository(_folder.Root).ShouldBe(new Instructions("Use ${{ x }} as it stands.\n"));
        _ = _folder.Put(".logist/prompts/supervisor.md", " \n");
        var problem = Should.Throw<LogistException>(() => RoleInstructions.OfRepository(_folder.Root)).Problem;
        problem.Kind.ShouldBe(ErrorKind.InvalidWorkflow);
        problem.What.ShouldBe($"{_folder.Root}/.logist/prompts/supervisor.md is empty");
    }

    [Fact]
    public void A_repository_cannot_have_another_file_read_through_a_link()
    {
        var secret = Path.Combine(Directory.CreateTempSubdirectory("logist-secret-").FullName, "key");
        File.WriteAllText(secret, "secret");
        _ = Directory.CreateDirectory(Path.Combine(_folder.Root, ".logist/prompts"));
        _ = File.CreateSymbolicLink(Path.Combine(_folder.Root, ".logist/prompts/worker.md"), secret);
        Should.Throw<LogistException>(() => RoleInstructions.OfRepository(_folder.Root)).Problem.What.ShouldContain("lies outside");
        Directory.Delete(Path.GetDirectoryName(secret)!, recursive: true);
    }
}
