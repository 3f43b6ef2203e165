# Runs Danju as a scheduled task that starts with Windows, before anybody signs in. Nothing but Windows is needed.
#
#   powershell -ExecutionPolicy Bypass -File danju-task.ps1 install [-Program DIR] [-Data DIR]
#   powershell -ExecutionPolicy Bypass -File danju-task.ps1 start | stop | status | uninstall
#
# Run it as administrator. The task runs as LOCAL SERVICE, which may write to the data folder and nowhere else.

param(
    [Parameter(Mandatory = $true, Position = 0)]
    [ValidateSet('install', 'uninstall', 'start', 'stop', 'status')]
    [string]$Action,
    [string]$Program = 'C:\danju\program',
    [string]$Data = 'C:\danju\data',
    [string]$Task = 'Danju'
)

$ErrorActionPreference = 'Stop'

function Install-Danju {
    $python = Join-Path $Program 'Scripts\python.exe'
    if (-not (Test-Path $python)) {
        throw "There is no $python. Make the environment first: see README.md, Windows."
    }
    New-Item -ItemType Directory -Force -Path $Data | Out-Null
    $config = Join-Path $Data 'danju.toml'
    if (-not (Test-Path $config)) {
        # TOML takes single quotes as they are, so that no backslash needs doubling.
        @("data_dir = '$Data'", "host = '127.0.0.1'", 'port = 8765', "timezone = 'Asia/Shanghai'") |
            Set-Content -Path $config -Encoding ASCII
    }
    # S-1-5-19 is LOCAL SERVICE, S-1-5-32-544 the administrators, whatever they are called in this Windows' language.
    icacls $Data /inheritance:r /grant '*S-1-5-19:(OI)(CI)M' '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' | Out-Null
    icacls $Program /grant '*S-1-5-19:(OI)(CI)RX' | Out-Null

    $action = New-ScheduledTaskAction -Execute $python -Argument '-X utf8 -m bot serve' -WorkingDirectory $Data
    $trigger = New-ScheduledTaskTrigger -AtStartup
    $who = New-ScheduledTaskPrincipal -UserId 'S-1-5-19' -LogonType ServiceAccount -RunLevel Limited
    $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::Zero) `
        -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) `
        -MultipleInstances IgnoreNew -StartWhenAvailable `
        -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -Priority 5
    Register-ScheduledTask -TaskName $Task -Action $action -Trigger $trigger -Principal $who -Settings $settings `
        -Description 'Danju, documents from chat' -Force | Out-Null
    Start-ScheduledTask -TaskName $Task
    Write-Output "Danju is installed and started; its data is in $Data."
}

switch ($Action) {
    'install' { Install-Danju }
    'uninstall' {
        Stop-ScheduledTask -TaskName $Task -ErrorAction SilentlyContinue
        Unregister-ScheduledTask -TaskName $Task -Confirm:$false
        Write-Output "The task is removed; the data in $Data stays."
    }
    'start' { Start-ScheduledTask -TaskName $Task }
    # Windows ends the process at once. Nothing acknowledged is lost: it is on disk before it is acknowledged.
    'stop' { Stop-ScheduledTask -TaskName $Task }
    'status' {
        Get-ScheduledTask -TaskName $Task | Get-ScheduledTaskInfo |
            Select-Object LastRunTime, LastTaskResult, NumberOfMissedRuns
    }
}
