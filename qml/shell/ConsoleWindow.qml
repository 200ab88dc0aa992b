// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Window
import Tidegate.Console

//! The console in a window of its own.
Window {
    id: window

    required property Session session
    required property Connector connector
    required property Preferences preferences
    readonly property bool isSeen: visible && visibility !== Window.Minimized && visibility !== Window.Hidden

    width: 1280
    height: 720
    minimumWidth: 640
    minimumHeight: 360
    visible: true
    color: Theme.surface
    title: session.gateway.length > 0 ? session.gateway + " – Tidegate" : "Tidegate"
    Component.onCompleted: {
        Theme.mode = preferences.themeMode
        if (session.state === Session.None)
            shell.connectSheet.open()
    }

    // From the start: a window that is hidden before it was ever shown tells of no change.
    Binding {
        target: window.session
        property: "isActive"
        value: window.isSeen
        restoreMode: Binding.RestoreNone
    }

    Connections {
        target: Theme

        function onModeChanged() { window.preferences.themeMode = Theme.mode }
    }

    ConsoleShell {
        id: shell

        anchors.fill: parent
        session: window.session
        connector: window.connector
    }
}
