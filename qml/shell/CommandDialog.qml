// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! Asks before something is done: on what, with which arguments, and what the gateway says it would do.
Sheet {
    id: dialog

    required property Session session
    property var args: ({})
    readonly property var command: run.command
    readonly property bool isDestructive: command.isDestructive === true
    readonly property bool isMissing: (command.args || []).some(arg => arg.isRequired && String(args[arg.name] === undefined ? "" : args[arg.name]).length === 0)
    readonly property bool isBusy: run.phase === CommandRun.Asking || run.phase === CommandRun.Doing
    readonly property var keys: run.keys
    readonly property var failures: Object.keys(run.errors)
    readonly property var resultKeys: Object.keys(run.result)
    readonly property bool isShowingResult: run.phase === CommandRun.Done && (resultKeys.length > 0 || failures.length > 0)
    signal noticed(string text, string tone)

    function ask(resource, commandName, keys) {
        if (!run.begin(resource, commandName, keys)) {
            noticed(qsTr("This gateway does not let you do that."), "warning")
            return
        }
        const start = {}
        for (const arg of run.command.args)
            start[arg.name] = arg.defaultValue === null || arg.defaultValue === undefined ? "" : arg.defaultValue
        args = start
        open()
        dryRun.restart()
    }

    function set(name, value) {
        const next = Object.assign({}, args)
        next[name] = value
        args = next
        dryRun.restart()
    }

    function accept() {
        if (!isMissing && !isBusy && run.phase !== CommandRun.Done)
            run.run(args)
    }

    title: (command.title || "") + (run.keys.length > 1 ? "  ·  " + run.keys.length : "")
    onClosed: run.end()

    CommandRun {
        id: run

        session: dialog.session
        onPhaseChanged: {
            // Asked of the run itself: bindings to it may not have been told yet.
            if (phase !== CommandRun.Done || Object.keys(run.result).length > 0 || Object.keys(run.errors).length > 0)
                return
            dialog.noticed(text, "good")
            dialog.close()
        }
    }

    // While somebody types, the gateway is not asked at each letter.
    Timer {
        id: dryRun

        interval: 200
        onTriggered: if (!dialog.isMissing && dialog.opened) run.ask(dialog.args)
    }

    Label {
        width: parent.width
        text: dialog.command.doc || ""
        color: Theme.dimText
        wrapMode: Text.Wrap
    }

    Flow {
        width: parent.width
        spacing: 6
        visible: run.keys.length > 0

        Repeater {
            model: dialog.keys.slice(0, 6)

            Rectangle {
                required property string modelData

                width: Math.min(parent.width, keyText.implicitWidth + 16)
                height: 24
                radius: 5
                color: Theme.sunken
                border.color: Theme.line

                Label {
                    id: keyText

                    x: 8
                    width: parent.width - 16
                    height: parent.height
                    text: parent.modelData
                    isNumber: true
                    elide: Text.ElideMiddle
                }
            }
        }

        Label {
            height: 24
            text: qsTr("and %1 more").arg(run.keys.length - 6)
            color: Theme.dimText
            visible: run.keys.length > 6
        }
    }

    Repeater {
        model: dialog.opened && !dialog.isShowingResult ? dialog.command.args : []

        Column {
            id: argument

            required property var modelData
            required property int index
            readonly property bool isBool: modelData.type === "bool"

            width: parent ? parent.width : 0
            spacing: 5

            Caption { text: argument.modelData.title + (argument.modelData.isRequired ? "" : "  ·  " + qsTr("may be empty")) }

            Segmented {
                options: argument.isBool ? [{ value: false, text: qsTr("no") }, { value: true, text: qsTr("yes") }] : argument.modelData.values
                value: dialog.args[argument.modelData.name]
                visible: options.length > 0
                onPicked: value => dialog.set(argument.modelData.name, value)
            }

            Field {
                width: parent.width
                text: dialog.args[argument.modelData.name] === undefined ? "" : dialog.args[argument.modelData.name]
                placeholderText: argument.modelData.doc
                visible: argument.modelData.values.length === 0 && !argument.isBool
                focus: argument.index === 0
                isNumber: argument.modelData.type === "integer"
                onTextEdited: dialog.set(argument.modelData.name, text)
                onAccepted: dialog.accept()
            }
        }
    }

    Rectangle {
        width: parent.width
        height: effect.implicitHeight + 24
        radius: Theme.radius
        color: Theme.sunken
        border.color: run.phase === CommandRun.Failed ? Theme.bad : dialog.isDestructive ? Theme.warning : Theme.line

        Column {
            id: effect

            x: 12
            y: 12
            width: parent.width - 24
            spacing: 5

            Caption {
                text: run.phase === CommandRun.Done ? qsTr("What happened") : qsTr("What it will do")
            }

            Label {
                width: parent.width
                wrapMode: Text.Wrap
                color: run.phase === CommandRun.Failed ? Theme.bad : Theme.text
                text: {
                    if (dialog.isMissing)
                        return qsTr("Fill in what is missing.")
                    if (run.phase === CommandRun.Asking || run.phase === CommandRun.Described)
                        return qsTr("Asking the gateway …")
                    return run.phase === CommandRun.Doing ? qsTr("Being done …") : run.text
                }
            }

            Repeater {
                model: dialog.failures.slice(0, 5)

                Label {
                    required property string modelData

                    width: parent ? parent.width : 0
                    text: modelData + ": " + run.errors[modelData]
                    color: Theme.warning
                    wrapMode: Text.Wrap
                }
            }

            Label {
                text: qsTr("and %1 more that do not work").arg(dialog.failures.length - 5)
                color: Theme.warning
                visible: dialog.failures.length > 5
            }
        }
    }

    Column {
        width: parent.width
        spacing: 6
        visible: dialog.resultKeys.length > 0 && run.phase === CommandRun.Done

        Caption { text: qsTr("Shown this once. Copy it now.") }

        JsonBlock {
            width: parent.width
            text: Format.json(run.result)
        }
    }

    buttons: [
        PushButton {
            text: dialog.isShowingResult ? qsTr("Close") : (dialog.command.title || "")
            kind: dialog.isDestructive && !dialog.isShowingResult ? PushButton.Kind.Danger : PushButton.Kind.Primary
            enabled: dialog.isShowingResult || (!dialog.isMissing && !dialog.isBusy && dialog.session.isOnline)
            onClicked: dialog.isShowingResult ? dialog.close() : dialog.accept()
        },
        PushButton {
            text: qsTr("Leave it")
            visible: !dialog.isShowingResult
            focus: (dialog.command.args || []).length === 0
            onClicked: dialog.close()
        }
    ]
}
