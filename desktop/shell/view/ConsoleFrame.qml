// SPDX-License-Identifier: MIT
import QtQuick
import QtQuick.Window
import Tidegate.Console

//! The console in a window of its own. F12 there closes it again.
Window {
    id: frame

    required property Session session

    width: 1180
    height: 720
    minimumWidth: 640
    minimumHeight: 360
    title: qsTr("%1 – gateway console").arg(session.gateway)
    color: Theme.surface

    Shortcut {
        sequence: "F12"
        onActivated: frame.close()
    }

    ConsolePane {
        anchors.fill: parent
        session: frame.session
    }
}
