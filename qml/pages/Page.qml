// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! What all pages have: a session, a head with title and actions, and what keys of the shell ask of them.
FocusScope {
    id: page

    property Session session: null
    property string title
    property string summary
    property alias actions: actionRow.data
    default property alias content: body.data
    readonly property bool isShown: visible
    property bool isPaused: false
    readonly property int headHeight: 56
    signal noticed(string text, string tone)
    signal wanted(string page, var what)
    signal commandWanted(string resource, string command, var keys)

    //! "/": where one types to find; null = nowhere.
    property Item filterField: null
    //! Esc: true if there was something to step back from.
    function back() { return false }
    //! From other pages and the palette.
    function open(what) {}

    focus: true

    Item {
        id: head

        width: parent.width
        height: page.headHeight

        Row {
            anchors.verticalCenter: parent.verticalCenter
            x: Theme.gap6
            spacing: Theme.gap3

            Label {
                id: heading

                text: page.title
                font.pixelSize: Theme.headingSize
                font.weight: Font.DemiBold
                font.letterSpacing: -0.2
            }

            Label {
                anchors.baseline: heading.baseline
                text: page.summary
                isNumber: true
                color: Theme.faintText
            }
        }

        Row {
            id: actionRow

            anchors.verticalCenter: parent.verticalCenter
            anchors.right: parent.right
            anchors.rightMargin: Theme.gap6
            spacing: Theme.gap2
        }
    }

    Item {
        id: body

        anchors.top: head.bottom
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
