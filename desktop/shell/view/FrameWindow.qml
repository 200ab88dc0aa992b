// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Window
import QtQuick.Templates as T
import Tidegate.Console
import Tidegate.Shell

//! A window of the shell: the application's frontend, the console, or both side by side.
Window {
    id: frame

    required property WindowHandle handle
    readonly property Item frontend: content.item as Item
    readonly property bool hasFrontend: handle.hasPage || handle.hasQml

    title: handle.title
    minimumWidth: 320
    minimumHeight: 240
    color: Theme.surface
    onClosing: close => close.accepted = handle.mayClose()
    Component.onCompleted: {
        if (handle.canShowPage)
            content.setSource("WebPane.qml", { handle: handle })
        else if (handle.hasPage)
            content.setSource("NoticePane.qml", {
                title: qsTr("This program cannot show web pages"),
                text: qsTr("It was built without Qt WebEngine. The gateway runs all the same; F12 shows its console.")
            })
        else if (handle.hasQml)
            content.setSource(handle.qml, handle.properties)
        side.refresh()
    }

    Connections {
        target: frame.handle

        function onConsoleChanged() { side.refresh() }
    }

    Shortcut {
        sequence: "F12"
        enabled: frame.handle.canHaveConsole
        onActivated: frame.handle.wantConsoleWindow()
    }

    Shortcut {
        sequence: "Shift+F12"
        enabled: frame.handle.canHaveConsole && frame.hasFrontend
        onActivated: frame.handle.toggleConsole()
    }

    T.SplitView {
        anchors.fill: parent
        orientation: width > 900 ? Qt.Horizontal : Qt.Vertical
        handle: Rectangle {
            implicitWidth: Theme.gap1
            implicitHeight: Theme.gap1
            color: T.SplitHandle.hovered || T.SplitHandle.pressed ? Theme.accent : Theme.strongLine
        }

        Loader {
            id: content

            visible: frame.hasFrontend
            focus: frame.hasFrontend
            T.SplitView.fillWidth: true
            T.SplitView.fillHeight: true
            T.SplitView.minimumWidth: 200
            T.SplitView.minimumHeight: 120
        }

        Loader {
            id: side

            // Set rather than bound: the items go a turn later than their session.
            function refresh() {
                if (frame.handle.console !== null)
                    setSource("ConsolePane.qml", { session: frame.handle.console })
                else
                    source = ""
            }

            visible: item !== null
            focus: !frame.hasFrontend
            T.SplitView.preferredWidth: frame.hasFrontend ? frame.width * 0.5 : frame.width
            T.SplitView.preferredHeight: frame.hasFrontend ? frame.height * 0.5 : frame.height
            T.SplitView.fillWidth: !frame.hasFrontend
            T.SplitView.fillHeight: !frame.hasFrontend
            T.SplitView.minimumWidth: 320
            T.SplitView.minimumHeight: 160
        }
    }
}
