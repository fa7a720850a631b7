# Completion of forktrace for PowerShell. It asks the tool that PATH finds; where the tool has no answer, PowerShell completes files.
Register-ArgumentCompleter -Native -CommandName forktrace -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    # Before 7.3 PowerShell does not pass an empty argument on.
    $last = if ($wordToComplete -or $PSVersionTable.PSVersion -ge '7.3') { "$wordToComplete" } else { '""' }
    forktrace '[complete]' @words $last 2>$null | ForEach-Object {
        $word, $text = $_ -split "`t", 2
        if (-not $text) { $text = $word }
        [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $text)
    }
}
