// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Window
import Tidegate.Console

//! The console inside a window. It watches nothing while the window is not seen.
ConsoleShell {
    id: pane

    readonly property bool isSeen: Window.window !== null && Window.window.visible && Window.window.visibility !== Window.Minimized

    onIsSeenChanged: session.isActive = isSeen
    Component.onCompleted: session.isActive = isSeen
}
